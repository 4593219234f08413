/** Origin of the page inside the desktop app. */
export const desktopScheme = 'app'
export const desktopHost = 'quiver'
export const desktopOrigin = `${desktopScheme}://${desktopHost}`

/** The page asks with this message (`window.postMessage`), and the preload script asks the main process with the same name. */
export const portRequest = 'quiver:connect'
/** The answer, on the same ways back; it carries one MessagePort that speaks the contract. */
export const portReply = 'quiver:port'

/** Path of the browser host's WebSocket. */
export const socketPath = '/socket'
