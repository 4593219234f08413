import { decode, encode } from '@msgpack/msgpack'
import type { ChangeEvent } from '../../src-preload/contract/api.ts'
import { desktopOrigin, portReply, portRequest, socketPath } from '../../src-preload/contract/desktop.ts'
import { connectClient } from '../../src-preload/contract/rpc.ts'
import type { Line } from './connection.ts'
import { isDesktop } from './desktop.ts'

/** The port of the desktop shell; null in a browser. A page has one port, for as long as it lives. */
const shellPort: Promise<MessagePort> | null = isDesktop() ? requestPort() : null

function requestPort(): Promise<MessagePort> {
  return new Promise((resolve) => {
    const listen = (event: MessageEvent): void => {
      const [port] = event.ports
      if (event.source !== window || event.data !== portReply || !port) return
      window.removeEventListener('message', listen)
      resolve(port)
    }
    window.addEventListener('message', listen)
    window.postMessage(portRequest, desktopOrigin)
  })
}

/** Opens a line over whichever transport the page was opened with. */
export async function openLine(changed: (event: ChangeEvent) => void): Promise<Line> {
  if (shellPort) return openPortLine(await shellPort, changed)
  return openSocketLine(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${socketPath}`, changed)
}

/** Opens the browser host's WebSocket at the page's own origin. */
function openSocketLine(address: string, changed: (event: ChangeEvent) => void): Promise<Line> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(address)
    socket.binaryType = 'arraybuffer'
    const ended = new Promise<void>((end) => socket.addEventListener('close', () => end()))
    socket.addEventListener('close', () => reject(new Error(`The host at ${address} closed the connection.`)))
    socket.addEventListener('open', () => {
      const client = connectClient(
        {
          post: (data: Uint8Array<ArrayBuffer>) => socket.send(data),
          on: (listener) => socket.addEventListener('message', (message) => listener(message.data)),
          serialize: (value: unknown) => encode(value, { ignoreUndefined: true }),
          deserialize: (data: ArrayBuffer) => decode(new Uint8Array(data)),
        },
        changed,
      )
      resolve({ client, ended })
    })
  })
}

/** Wraps the message port that the preload script hands over. A port lives as long as its window. */
function openPortLine(port: MessagePort, changed: (event: ChangeEvent) => void): Line {
  const client = connectClient(
    {
      post: (data: unknown) => port.postMessage(data),
      on: (listener) => {
        port.addEventListener('message', (message) => listener(message.data))
        port.start()
      },
    },
    changed,
  )
  return { client, ended: new Promise(() => {}) }
}
