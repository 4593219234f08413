/** Hands the page one MessagePort to the services, when it asks. Nothing else of Electron reaches the page. */
import { ipcRenderer } from 'electron'
import { desktopOrigin, portReply, portRequest } from './contract/desktop.ts'

window.addEventListener('message', (event) => {
  if (event.source === window && event.origin === desktopOrigin && event.data === portRequest)
    ipcRenderer.send(portRequest)
})

ipcRenderer.on(portReply, (event) => {
  window.postMessage(portReply, desktopOrigin, [...event.ports])
})
