import { join } from 'node:path'
import { Readable } from 'node:stream'
import {
  BrowserWindow,
  ipcMain,
  MessageChannelMain,
  protocol,
  type Session,
  session,
  shell,
  type WebFrameMain,
} from 'electron'
import {
  desktopHost,
  desktopOrigin,
  desktopScheme,
  portReply,
  portRequest,
} from '../../src-preload/contract/desktop.ts'
import type { Services } from '../services/api.ts'
import { archiveOf } from '../services/exports.ts'
import { appFolder } from '../util/resources.ts'
import { builtPage } from './build.ts'
import { exportFile } from './export-files.ts'
import { pageFile } from './page-files.ts'
import { servePort } from './port.ts'

/** Must run before the app is ready: makes `app://` an origin of its own with the rules of https. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: desktopScheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ])
}

/**
 * Serves the built page and finished exports at `app://quiver` and refuses everything a page could ask of the machine, but to
 * show the folder of an export.
 */
export function secureSession(services: Services, target: Session = session.defaultSession): void {
  target.protocol.handle(desktopScheme, async (request) => {
    const { host, pathname } = new URL(request.url)
    if (host !== desktopHost) return noFile()
    const exported = exportFile(services, pathname)
    if (exported && request.method === 'POST') {
      shell.openPath(exported.folder)
      return new Response(null, { status: 204 })
    }
    if (exported) return new Response(Readable.toWeb(archiveOf(exported.folder)) as ReadableStream, exported)
    const file = await pageFile(builtPage, pathname)
    return file ? new Response(new Uint8Array(file.body), file) : noFile()
  })
  target.setPermissionRequestHandler((contents, permission, decide) => decide(mayHave(permission, contents.getURL())))
  target.setPermissionCheckHandler((_contents, permission, origin) => mayHave(permission, origin))
}

const noFile = (): Response => new Response('There is no such file.\n', { status: 404 })

const isOwnPage = (url: string): boolean =>
  URL.parse(url)?.origin === desktopOrigin || url.startsWith(`${desktopOrigin}/`)

/** Our own page may notify; whether it does is a setting. */
const mayHave = (permission: string, url: string): boolean => permission === 'notifications' && isOwnPage(url)

/** Opens the window. The page is sandboxed and stays where it is. */
export function openWindow(): BrowserWindow {
  const window = new BrowserWindow({
    width: 1280,
    height: 840,
    minWidth: 720,
    minHeight: 480,
    show: false,
    title: 'Quiver',
    webPreferences: {
      preload: join(appFolder, 'out', 'preload', 'index.cjs'),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
    },
  })
  window.once('ready-to-show', () => window.show())
  window.webContents.setWindowOpenHandler(() => ({ action: 'deny' }))
  window.webContents.on('will-navigate', (event) => {
    if (!isOwnPage(event.url)) event.preventDefault()
  })
  window.webContents.on('will-attach-webview', (event) => event.preventDefault())
  void window.loadURL(`${desktopOrigin}/`)
  return window
}

/** Gives the main frame of our own page, and nobody else, a port to the services whenever it asks for one. */
export function servePages(services: Services): void {
  ipcMain.on(portRequest, (event) => {
    if (!mayConnect(event.senderFrame, event.sender.mainFrame)) return
    const { port1, port2 } = new MessageChannelMain()
    servePort(services, port1, (message) => (message as { data: unknown }).data)
    event.sender.mainFrame.postMessage(portReply, null, [port2])
  })
}

const mayConnect = (frame: WebFrameMain | null, mainFrame: WebFrameMain): boolean =>
  frame !== null && frame === mainFrame && isOwnPage(frame.url)
