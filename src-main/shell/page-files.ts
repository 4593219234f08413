import { readFile, realpath } from 'node:fs/promises'
import { extname, join, resolve, sep } from 'node:path'

/** Nothing but the page's own files: no inline script, no remote content, no frame around it. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "font-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

export const securityHeaders = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
} as const

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
}

export interface PageFile {
  readonly body: Buffer
  readonly headers: Readonly<Record<string, string>>
}

/**
 * File of a URL path inside the built page. A path without an extension is an address inside the app and gets its
 * `index.html`. Null when there is no such file, or the path leads out of the folder.
 */
export async function pageFile(folder: string, urlPath: string): Promise<PageFile | null> {
  const path = pagePath(folder, urlPath)
  const body = path && (await readInside(folder, path).catch(() => null))
  if (!body) return null
  // File names under assets/ hold a hash of the content.
  const cacheControl = path.startsWith(join(folder, 'assets', sep))
    ? 'private, max-age=31536000, immutable'
    : 'no-store'
  return {
    body,
    headers: {
      ...securityHeaders,
      'content-type': contentTypes[extname(path)] ?? 'application/octet-stream',
      'content-length': String(body.length),
      'cache-control': cacheControl,
    },
  }
}

/** Reads a file unless a link leads out of the folder. */
async function readInside(folder: string, path: string): Promise<Buffer | null> {
  const [realFolder, realPath] = await Promise.all([realpath(folder), realpath(path)])
  return realPath.startsWith(realFolder + sep) ? readFile(realPath) : null
}

/** Path on disk of a URL path, or null when it leads out of the folder or is malformed. */
export function pagePath(folder: string, urlPath: string): string | null {
  let decoded: string
  try {
    decoded = decodeURIComponent(urlPath)
  } catch {
    return null
  }
  if (decoded.includes('\0') || decoded.includes('\\')) return null
  const path = resolve(folder, `.${extname(decoded) === '' ? '/index.html' : decoded}`)
  return path.startsWith(folder + sep) ? path : null
}
