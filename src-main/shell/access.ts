import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

const loopbackNames = new Set(['localhost', '127.0.0.1', '[::1]'])

export const newToken = (): string => randomBytes(32).toString('base64url')

/** Compares in a time that tells nothing about where the texts differ. */
export function sameText(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(one), digest(other))
}

/**
 * Whether a request was meant for this host: a site that points its own name at 127.0.0.1 (DNS rebinding) is turned away.
 * The port may differ, as it does through an SSH tunnel.
 */
export function isLoopbackHost(host: string | undefined): boolean {
  return host !== undefined && loopbackNames.has(host.replace(/:\d{1,5}$/, '').toLowerCase())
}

/** Whether a request comes from our own page. Browsers send an origin with every WebSocket and cross-origin request. */
export function isOwnOrigin(origin: string | undefined, host: string | undefined, required: boolean): boolean {
  return origin === undefined
    ? !required
    : host !== undefined && origin.toLowerCase() === `http://${host.toLowerCase()}`
}

/** Value of a cookie of a request. */
export function cookieOf(request: IncomingMessage, name: string): string | undefined {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim())
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1)
}
