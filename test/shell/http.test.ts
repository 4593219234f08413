import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { encode } from '@msgpack/msgpack'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { startServer } from '../../src-main/serve.ts'
import { maxMessageBytes } from '../../src-main/shell/socket.ts'
import { openStore } from '../../src-main/store/open.ts'
import { exportPath } from '../../src-preload/contract/desktop.ts'
import { writeSampleRun } from '../helpers/sample-run.ts'
import { admittedCookie, connectSocket } from '../helpers/socket-client.ts'
import { until } from '../helpers/until.ts'
import { temporaryFolder } from '../helpers/workspace.ts'

async function startHost() {
  const folder = temporaryFolder()
  const pageFolder = join(folder, 'page')
  mkdirSync(join(pageFolder, 'assets'), { recursive: true })
  writeFileSync(join(pageFolder, 'index.html'), '<!doctype html><title>Quiver</title>')
  writeFileSync(join(pageFolder, 'assets', 'main-1.js'), 'export {}')
  writeFileSync(join(folder, 'secret.txt'), 'secret')
  const server = await startServer({ port: 0, workspace: join(folder, 'workspace'), pageFolder })
  onTestFinished(() => server.close())
  const { host, port, origin } = new URL(server.url)
  return {
    ...server,
    folder,
    workspace: join(folder, 'workspace'),
    host,
    port: Number(port),
    origin,
    cookie: await admittedCookie(server.url),
  }
}

type Host = Awaited<ReturnType<typeof startHost>>

/** A request as raw as node:http allows: `fetch` would mend paths and forbid headers. */
function get(host: Host, path: string, headers: Record<string, string> = {}, method = 'GET') {
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: string }>((resolve, reject) => {
    request(
      { host: '127.0.0.1', port: host.port, path, method, headers: { host: host.host, ...headers } },
      (response) => {
        let body = ''
        response.setEncoding('utf8').on('data', (part: string) => (body += part))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
      },
    )
      .on('error', reject)
      .end()
  })
}

test('the token becomes a cookie no script can read, and leaves the address', async () => {
  const host = await startHost()
  const { status, headers } = await get(host, `/runs/a${new URL(host.url).search}`)
  expect(status).toBe(303)
  expect(headers.location).toBe('/runs/a')
  expect(headers['set-cookie']?.[0]).toMatch(/^quiver_\d+=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/)
})

test('a redirect never leaves the host', async () => {
  const host = await startHost()
  const { headers } = await get(host, `//evil.example/${new URL(host.url).search}`)
  expect(headers.location?.toString().startsWith('//')).toBe(false)
})

test('a browser that was let in gets the page with a strict policy', async () => {
  const host = await startHost()
  for (const path of ['/', '/runs/some-run', '/index.html']) {
    const { status, headers, body } = await get(host, path, { cookie: host.cookie })
    expect({ status, body }).toEqual({ status: 200, body: '<!doctype html><title>Quiver</title>' })
    expect(headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'")
    expect(headers['content-security-policy']).not.toContain('unsafe')
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(headers['referrer-policy']).toBe('no-referrer')
    expect(headers['cache-control']).toBe('no-store')
  }
  const script = await get(host, '/assets/main-1.js', { cookie: host.cookie })
  expect(script.headers['content-type']).toBe('text/javascript; charset=utf-8')
})

test.each([
  ['no cookie', {}],
  ['a wrong cookie', { cookie: 'quiver_1=abc' }],
])('%s: turned away with a sentence', async (_, headers) => {
  const host = await startHost()
  const { status, body } = await get(host, '/', headers)
  expect(status).toBe(403)
  expect(body).toContain('Open the address with the token')
})

test('a wrong token is turned away', async () => {
  const host = await startHost()
  expect((await get(host, '/?token=wrong')).status).toBe(403)
})

test('a foreign host name (DNS rebinding) or origin is turned away, with cookie and token', async () => {
  const host = await startHost()
  const { cookie } = host
  expect((await get(host, '/', { cookie, host: `evil.example:${host.port}` })).status).toBe(403)
  expect((await get(host, `/${new URL(host.url).search}`, { host: 'evil.example' })).status).toBe(403)
  expect((await get(host, '/', { cookie, origin: 'http://evil.example' })).status).toBe(403)
  expect((await get(host, '/', { cookie, host: 'localhost:9' })).status).toBe(200)
})

test('no path leads out of the page folder', async () => {
  const host = await startHost()
  const { cookie } = host
  const paths = [
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/..%5c..%5csecret.txt',
    '/%00.txt',
    '/%',
  ]
  for (const path of paths) {
    const { status, body } = await get(host, path, { cookie })
    expect(body, path).not.toBe('secret')
    expect([404, 400], path).toContain(status)
  }
})

test('a finished export is one archive for a browser that was let in, and for no other', async () => {
  const host = await startHost()
  const db = openStore(host.workspace, 'write')
  onTestFinished(() => void db.close())
  const id = writeSampleRun(db, { steps: 1 })
  const page = await connectSocket(host.url)
  const { name } = await page.call('exports.start', { ids: [id] })
  await until(async () => (await page.call('exports.list', {}))[0]?.state === 'finished')
  page.socket.close()
  const path = exportPath(name)
  const given = await get(host, path, { cookie: host.cookie })
  expect(given.headers['content-type']).toBe('application/gzip')
  expect(given.headers['content-disposition']).toBe(`attachment; filename="quiver-${name}.tar.gz"`)
  expect(given.body.length).toBeGreaterThan(1000)
  expect((await get(host, path)).status).toBe(403)
  expect((await get(host, path, { cookie: host.cookie, host: 'evil.example' })).status).toBe(403)
  expect((await get(host, path, { cookie: host.cookie, origin: 'http://evil.example' })).status).toBe(403)
  for (const other of [exportPath('another'), `/exports/..%2f${name}.tar.gz`, '/exports/../quiver.tar.gz'])
    expect((await get(host, other, { cookie: host.cookie })).status).toBe(404)
})

test('only reading is answered', async () => {
  const host = await startHost()
  expect((await get(host, '/', { cookie: host.cookie }, 'POST')).status).toBe(405)
})

test('a port in use is a sentence', async () => {
  const host = await startHost()
  const again = startServer({ port: host.port, workspace: host.folder, pageFolder: host.folder })
  await expect(again).rejects.toThrow(`Port ${host.port} is in use by another program.`)
})

function openSocket(host: Host, headers: Record<string, string>, path = '/socket'): Promise<WebSocket> {
  const socket = new WebSocket(`ws://${host.host}${path}`, { headers })
  return new Promise((resolve, reject) => socket.once('open', () => resolve(socket)).once('error', reject))
}

test('the socket wants cookie, origin, host and its own path', async () => {
  const host = await startHost()
  const { cookie, origin } = host
  const refused = '403'
  await expect(openSocket(host, { origin })).rejects.toThrow(refused)
  await expect(openSocket(host, { cookie })).rejects.toThrow(refused)
  await expect(openSocket(host, { cookie, origin: 'http://evil.example' })).rejects.toThrow(refused)
  await expect(openSocket(host, { cookie, origin: 'null' })).rejects.toThrow(refused)
  await expect(openSocket(host, { cookie, origin: 'http://evil.example', host: 'evil.example' })).rejects.toThrow(
    refused,
  )
  await expect(openSocket(host, { cookie, origin }, '/other')).rejects.toThrow(refused)
  const socket = await openSocket(host, { cookie, origin })
  socket.terminate()
})

test.each([
  ['text', 'hello'],
  ['no message pack', new Uint8Array([0xc1])],
  ['no request', encode({ t: 's', i: '1', r: 1 })],
  ['another function', encode({ t: 'q', m: 'constructor', a: ['x', {}], i: '1' })],
  ['null', encode(null)],
])('a page that sends %s is disconnected', async (_, message) => {
  const host = await startHost()
  const socket = await openSocket(host, { cookie: host.cookie, origin: host.origin })
  const closed = new Promise<number>((resolve) => socket.once('close', resolve))
  socket.send(message)
  expect(await closed).toBe(1008)
})

test('a message over the limit ends the connection and nothing else', async () => {
  const host = await startHost()
  const socket = await openSocket(host, { cookie: host.cookie, origin: host.origin })
  const closed = new Promise<number>((resolve) => socket.once('close', resolve))
  socket.on('error', () => {})
  socket.send(new Uint8Array(maxMessageBytes + 1))
  expect(await closed).toBe(1009)
  const client = await connectSocket(host.url)
  expect((await client.call('app.info', {})).workspace).toContain('workspace')
  client.socket.close()
})

test('a link out of the page folder is not the page folder', async () => {
  const host = await startHost()
  symlinkSync(join(host.folder, 'secret.txt'), join(host.folder, 'page', 'link.txt'))
  expect((await get(host, '/link.txt', { cookie: host.cookie })).status).toBe(404)
})
