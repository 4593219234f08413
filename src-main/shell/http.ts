import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { WebSocketServer } from 'ws'
import { socketPath } from '../../src-preload/contract/desktop.ts'
import type { Services } from '../services/api.ts'
import { archiveOf } from '../services/exports.ts'
import { UserError } from '../util/assert.ts'
import { cookieOf, isLoopbackHost, isOwnOrigin, sameText } from './access.ts'
import { exportFile } from './export-files.ts'
import { pageFile, securityHeaders } from './page-files.ts'
import { maxMessageBytes, serveSocket } from './socket.ts'

const address = '127.0.0.1'

export interface HttpHost {
  /** Address with the access token; opening it once lets a browser in. */
  readonly url: string
  readonly close: () => Promise<void>
}

export interface HttpHostOptions {
  /** 0 picks a free one. */
  readonly port: number
  /** The built page. */
  readonly pageFolder: string
  readonly services: Services
  /** Lets a browser in that opens the address with it. */
  readonly token: string
}

interface Gate {
  readonly token: string
  /** Cookies do not tell ports apart, so the name does. */
  readonly cookie: string
}

/** Serves the page and the contract on loopback to browsers that know the token. Throws UserError when the port is taken. */
export async function startHttpHost({ port, pageFolder, services, token }: HttpHostOptions): Promise<HttpHost> {
  const server = createServer()
  const bound = await listen(server, port)
  const gate: Gate = { token, cookie: `quiver_${bound}` }
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes, perMessageDeflate: false })
  server.on('request', (request, response) => {
    answer(request, response, gate, { pageFolder, services }).catch((error: unknown) => {
      refuse(response, 500, services.describeError(error).message)
    })
  })
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on('error', () => stream.destroy())
    const reason =
      refusal(request, gate, true) ?? (pathOf(request) === socketPath ? null : `The socket is ${socketPath}.`)
    if (reason) stream.end(`HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Type: text/plain\r\n\r\n${reason}\n`)
    else sockets.handleUpgrade(request, stream, head, (socket) => serveSocket(services, socket))
  })
  return {
    url: `http://${address}:${bound}/?token=${gate.token}`,
    close: () => close(server, sockets),
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE')
        reject(
          new UserError(`Port ${port} is in use by another program. Choose another with --port, or 0 for a free one.`),
        )
      else if (error.code === 'EACCES')
        reject(new UserError(`Port ${port} may not be used by this user. Choose one above 1023 with --port.`))
      else reject(error)
    })
    server.listen(port, address, () => {
      const bound = server.address()
      resolve(typeof bound === 'object' && bound ? bound.port : port)
    })
  })
}

async function close(server: Server, sockets: WebSocketServer): Promise<void> {
  for (const socket of sockets.clients) socket.terminate()
  sockets.close()
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeAllConnections()
  await closed
}

const urlOf = (request: IncomingMessage): URL | null => URL.parse(request.url ?? '/', 'http://localhost')
const pathOf = (request: IncomingMessage): string => urlOf(request)?.pathname ?? ''

/** Why a request is turned away, or null. */
function refusal(request: IncomingMessage, gate: Gate, originRequired: boolean): string | null {
  const { host, origin } = request.headers
  if (!isLoopbackHost(host)) return 'This host answers to localhost and 127.0.0.1 only.'
  if (!isOwnOrigin(origin, host, originRequired)) return 'This host answers to its own page only.'
  if (!sameText(cookieOf(request, gate.cookie) ?? '', gate.token))
    return 'This browser has not been let in. Open the address with the token that Quiver printed when it started.'
  return null
}

type Content = Pick<HttpHostOptions, 'pageFolder' | 'services'>

async function answer(request: IncomingMessage, response: ServerResponse, gate: Gate, content: Content): Promise<void> {
  if (admit(request, response, gate)) return
  const reason = refusal(request, gate, false)
  if (reason) return refuse(response, 403, reason)
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405, 'Only GET and HEAD.')
  const file = exportFile(content.services, pathOf(request)) ?? (await pageFile(content.pageFolder, pathOf(request)))
  if (!file) return refuse(response, 404, 'There is no such file.')
  response.writeHead(200, file.headers)
  if (request.method === 'HEAD') response.end()
  else if ('folder' in file) await sendArchive(file.folder, response)
  else response.end(file.body)
}

/** A browser may give a download up; nothing is wrong then. */
async function sendArchive(folder: string, response: ServerResponse): Promise<void> {
  try {
    await pipeline(archiveOf(folder), response)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
  }
}

/** Takes the token out of the address: it becomes a cookie that scripts cannot read, and the address becomes clean. */
function admit(request: IncomingMessage, response: ServerResponse, { token, cookie }: Gate): boolean {
  const given = urlOf(request)?.searchParams.get('token')
  const { host, origin } = request.headers
  if (!given || request.method !== 'GET' || !isLoopbackHost(host) || !isOwnOrigin(origin, host, false)) return false
  if (!sameText(given, token)) return false
  response.writeHead(303, {
    ...securityHeaders,
    'cache-control': 'no-store',
    'set-cookie': `${cookie}=${token}; HttpOnly; SameSite=Strict; Path=/`,
    location: pathOf(request).replace(/^\/+/, '/'),
  })
  response.end()
  return true
}

function refuse(response: ServerResponse, status: number, reason: string): void {
  if (response.headersSent) return void response.destroy()
  response.writeHead(status, {
    ...securityHeaders,
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
  })
  response.end(`${reason}\n`)
}
