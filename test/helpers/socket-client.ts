import { decode, encode } from '@msgpack/msgpack'
import { WebSocket } from 'ws'
import type { ChangeEvent } from '../../src-preload/contract/api.ts'
import { socketPath } from '../../src-preload/contract/desktop.ts'
import { type ApiClient, connectClient } from '../../src-preload/contract/rpc.ts'

/** Opens the address once, as a browser would, and returns the cookie it is given. */
export async function admittedCookie(url: string): Promise<string> {
  const response = await fetch(url, { redirect: 'manual' })
  return response.headers.get('set-cookie')?.split(';')[0] ?? ''
}

export interface SocketClient extends ApiClient {
  readonly socket: WebSocket
}

/** A client over the real socket of a running host. */
export async function connectSocket(
  url: string,
  changed: (event: ChangeEvent) => void = () => {},
): Promise<SocketClient> {
  const { host, origin } = new URL(url)
  const socket = new WebSocket(`ws://${host}${socketPath}`, { headers: { cookie: await admittedCookie(url), origin } })
  const client = connectClient(
    {
      post: (data: Uint8Array) => socket.send(data),
      on: (listener) => {
        socket.on('message', (data) => listener(data))
      },
      serialize: (value: unknown) => encode(value, { ignoreUndefined: true }),
      deserialize: (data: Uint8Array) => decode(data),
    },
    changed,
  )
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  return { ...client, socket }
}
