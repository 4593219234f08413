import type { Services } from '../services/api.ts'
import { serveLine } from './channel.ts'

/** What Electron's MessagePortMain and a worker's MessagePort have in common. */
export interface Port {
  postMessage(message: unknown): void
  on(event: 'message', listener: (message: unknown) => void): unknown
  on(event: 'close', listener: () => void): unknown
  start(): void
  close(): void
}

/** Serves the contract over a message port, until either side closes it. Electron wraps messages in an event with `data`. */
export function servePort(
  services: Services,
  port: Port,
  dataOf: (message: unknown) => unknown = (data) => data,
): void {
  const stop = serveLine(services, {
    send: (message) => port.postMessage(message),
    receive: (listener) => port.on('message', (message) => listener(dataOf(message))),
    refuse: () => port.close(),
  })
  port.on('close', stop)
  port.start()
}
