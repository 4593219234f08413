/** The desktop app: one window on the services, which live in this process. Runs go on when it closes. */
import { app } from 'electron'
import { createServices } from './services/api.ts'
import { openWindow, registerScheme, secureSession, servePages } from './shell/window.ts'
import { workspaceFolder } from './store/workspace.ts'

registerScheme()
if (app.requestSingleInstanceLock()) await start()
else app.quit()

async function start(): Promise<void> {
  await app.whenReady()
  const workspace = app.commandLine.getSwitchValue('data')
  const services = createServices({ workspace: workspaceFolder(workspace) })
  secureSession(services)
  servePages(services)
  let window = openWindow()
  const show = (): void => {
    if (window.isDestroyed()) window = openWindow()
    if (window.isMinimized()) window.restore()
    window.focus()
  }
  app.on('second-instance', show)
  app.on('activate', show)
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
  app.on('will-quit', () => services.dispose())
}
