import './styles/tokens.css'
import './styles/base.css'
import './styles/controls.css'
import './styles/frame.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { z } from 'zod'
import { App } from './app.tsx'
import { firstMetrics } from './chart/panels.ts'
import { warmCharts } from './chart/warm-up.ts'
import { keepSettings } from './lib/change-settings.ts'
import { ServicesProvider } from './lib/context.tsx'
import { followLanguageSetting } from './lib/i18n/language.ts'
import { startServices } from './lib/start-services.ts'

// The content security policy forbids code made at run time, which zod would try for speed.
z.config({ jitless: true })

keepSettings()
followLanguageSetting()
const services = startServices(firstMetrics)
const root = document.getElementById('root')
if (!root) throw new Error('index.html has no element "root".')
createRoot(root).render(
  <StrictMode>
    <ServicesProvider services={services}>
      <QueryClientProvider client={services.queries}>
        <App />
      </QueryClientProvider>
    </ServicesProvider>
  </StrictMode>,
)
requestIdleCallback(warmCharts)
