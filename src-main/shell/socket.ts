import { decode, encode } from '@msgpack/msgpack'
import type { WebSocket } from 'ws'
import type { Services } from '../services/api.ts'
import { serveLine } from './channel.ts'

/** Longest message a page may send. */
export const maxMessageBytes = 4 * 2 ** 20
/** A page that reads so slowly that this much waits for it is disconnected; it comes back and asks anew. */
const maxWaitingBytes = 64 * 2 ** 20

const protocolError = 1008
const tryAgainLater = 1013

/** Serves the contract over a WebSocket as MessagePack, until it closes. */
export function serveSocket(services: Services, socket: WebSocket): void {
  const stop = serveLine(services, {
    send: (message) => {
      if (socket.readyState !== socket.OPEN) return
      if (socket.bufferedAmount > maxWaitingBytes) socket.close(tryAgainLater, 'The page reads too slowly.')
      else socket.send(encode(message, { ignoreUndefined: true }))
    },
    receive: (listener) => {
      socket.on('message', (data, isBinary) => listener(isBinary && data instanceof Buffer ? decoded(data) : undefined))
    },
    refuse: (reason) => socket.close(protocolError, reason),
  })
  socket.on('close', stop)
  // An error is always followed by a close.
  socket.on('error', () => {})
}

function decoded(data: Buffer): unknown {
  try {
    return decode(data)
  } catch {
    return undefined
  }
}
