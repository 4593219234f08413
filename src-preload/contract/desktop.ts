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

/** Path of an export as one archive, on either host. */
export const exportPath = (name: string): string => `/exports/${name}.tar.gz`
/** Name of the export whose archive lies at a path; null for any other path. */
export const exportOfPath = (path: string): string | null => /^\/exports\/([\w-]+)\.tar\.gz$/.exec(path)?.[1] ?? null
