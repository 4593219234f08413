import { Command, Monitor, Moon, Sun } from 'lucide-react'
import { Link, useLocation } from 'wouter'
import { isMac, shortcutLabel } from '../commands/actions.ts'
import icon from '../icon.svg'
import { useServices } from '../lib/context.tsx'
import { errorSentence } from '../lib/format.ts'
import { links } from '../lib/links.ts'
import { notify, useView } from '../lib/view-state.ts'
import { Button } from './button.tsx'

const pages = [
  { label: 'Runs', address: links.runs, holds: ['/runs', '/rollout', '/pair'] },
  { label: 'New run', address: links.newRun(), holds: ['/new'] },
  { label: 'Compare', address: links.compare([]), holds: ['/compare'] },
  { label: 'Curriculum', address: links.curriculum(), holds: ['/curriculum'] },
  { label: 'Verifiers', address: links.verifiers, holds: ['/verifiers'] },
  { label: 'Devices', address: links.devices, holds: ['/devices'] },
]

export function TopBar() {
  const [location] = useLocation()
  return (
    <header className="top-bar">
      <Link href={links.runs} className="brand">
        <img src={icon} alt="" />
        Quiver
      </Link>
      <nav aria-label="Pages" className="page-links">
        {pages.map(({ label, address, holds }) => {
          const current = location === address || holds.some((prefix) => location.startsWith(prefix))
          return (
            <Link key={address} href={address} className="nav-link" aria-current={current ? 'page' : undefined}>
              {label}
            </Link>
          )
        })}
      </nav>
      <div className="top-bar-end">
        <Button
          kind="quiet"
          icon={<Command size={14} aria-hidden />}
          onClick={() => useView.setState({ paletteOpen: true })}
        >
          Commands <kbd>{shortcutLabel('$mod+k', isMac())}</kbd>
        </Button>
        <ThemeButton />
      </div>
    </header>
  )
}

const nextTheme = { system: 'light', light: 'dark', dark: 'system' } as const
const themeIcons = { system: Monitor, light: Sun, dark: Moon } as const

function ThemeButton() {
  const { client } = useServices()
  const theme = useView((view) => view.settings.theme)
  const Icon = themeIcons[theme]
  const change = (): void => {
    const next = nextTheme[theme]
    useView.setState(({ settings }) => ({ settings: { ...settings, theme: next } }))
    client.call('settings.set', { theme: next }).catch((error: unknown) => notify('error', errorSentence(error)))
  }
  const label = `Theme: ${theme}. Change to ${nextTheme[theme]}.`
  return <Button kind="quiet" icon={<Icon size={16} />} aria-label={label} title={label} onClick={change} />
}
