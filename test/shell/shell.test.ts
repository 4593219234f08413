import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cookieOf, isLoopbackHost, isOwnOrigin, newToken, sameText } from '../../src-main/shell/access.ts'
import { parseStartArguments } from '../../src-main/shell/arguments.ts'
import { isNewer } from '../../src-main/shell/build.ts'
import { noWindowReason } from '../../src-main/shell/electron-runtime.ts'
import { contentSecurityPolicy, pagePath } from '../../src-main/shell/page-files.ts'
import { temporaryFolder } from '../helpers/workspace.ts'

test('the policy allows the page itself and nothing else', () => {
  const directives = Object.fromEntries(
    contentSecurityPolicy.split('; ').map((directive) => {
      const [name = '', ...sources] = directive.split(' ')
      return [name, sources]
    }),
  )
  expect(directives['default-src']).toEqual(["'none'"])
  for (const name of ['script-src', 'style-src', 'connect-src']) expect(directives[name]).toEqual(["'self'"])
  for (const name of ['frame-ancestors', 'base-uri', 'form-action']) expect(directives[name]).toEqual(["'none'"])
})

test.each([
  ['/', 'index.html'],
  ['/runs/a-run', 'index.html'],
  ['/index.html', 'index.html'],
  ['/assets/main.js', 'assets/main.js'],
  ['/assets/a%20b.js', 'assets/a b.js'],
])('the page path %s is %s', (urlPath, expected) => {
  expect(pagePath('/page', urlPath)).toBe(`/page/${expected}`)
})

test.each([
  '/../secret.txt',
  '/a/../../b.txt',
  '/%2e%2e%2fsecret.txt',
  '/a%00.txt',
  '/%zz',
  '/a\\..\\b.txt',
  '/..%5cb.txt',
])('the page path %s leads nowhere', (urlPath) => {
  expect(pagePath('/page', urlPath)).toBeNull()
})

test('hosts and origins', () => {
  for (const host of ['localhost', 'localhost:8080', '127.0.0.1:1', '[::1]:443', 'LOCALHOST:80'])
    expect(isLoopbackHost(host), host).toBe(true)
  for (const host of [
    undefined,
    '',
    'example.com',
    'localhost.evil.example',
    '127.0.0.1.evil.example:80',
    '10.0.0.1',
    'localhost:x',
  ])
    expect(isLoopbackHost(host), host).toBe(false)
  expect(isOwnOrigin('http://localhost:8080', 'localhost:8080', true)).toBe(true)
  expect(isOwnOrigin(undefined, 'localhost:8080', false)).toBe(true)
  expect(isOwnOrigin(undefined, 'localhost:8080', true)).toBe(false)
  for (const origin of [
    'http://localhost:8081',
    'https://localhost:8080',
    'null',
    'http://evil.example',
    'app://quiver',
  ])
    expect(isOwnOrigin(origin, 'localhost:8080', false), origin).toBe(false)
})

test('tokens and cookies', () => {
  expect(newToken()).toMatch(/^[\w-]{43}$/)
  expect(newToken()).not.toBe(newToken())
  expect(sameText('a', 'a')).toBe(true)
  expect(sameText('a', 'ab')).toBe(false)
  const request = { headers: { cookie: 'other=1; quiver_80=token; quiver_8=no' } } as never
  expect(cookieOf(request, 'quiver_80')).toBe('token')
  expect(cookieOf(request, 'quiver_9')).toBeUndefined()
})

test('options of npm start', () => {
  expect(parseStartArguments([])).toEqual({ browser: false, port: 0, workspace: undefined, help: false })
  expect(parseStartArguments(['--browser', '--port', '8080', '--data=/w'])).toEqual({
    browser: true,
    port: 8080,
    workspace: '/w',
    help: false,
  })
  expect(() => parseStartArguments(['--port', '70000'])).toThrow('--port takes a number from 0 to 65535, got "70000".')
  expect(() => parseStartArguments(['--port', 'x'])).toThrow('--port takes')
  expect(() => parseStartArguments(['--fast'])).toThrow('--help')
  expect(() => parseStartArguments(['surplus'])).toThrow('--help')
})

test('why no window can open', () => {
  const linux = { platform: 'linux', userId: 1000 } as const
  expect(noWindowReason({ ...linux, env: {} })).toBe('this machine has no display')
  expect(noWindowReason({ ...linux, env: { DISPLAY: ':0' } })).toBeNull()
  expect(noWindowReason({ ...linux, env: { WAYLAND_DISPLAY: 'wayland-0' } })).toBeNull()
  expect(noWindowReason({ platform: 'linux', userId: 0, env: { DISPLAY: ':0' } })).toContain('root')
  expect(noWindowReason({ platform: 'darwin', userId: 501, env: {} })).toBeNull()
})

test('a build is as old as the newest file below its sources', () => {
  const folder = temporaryFolder()
  const source = join(folder, 'source', 'deep', 'file.ts')
  const product = join(folder, 'product.js')
  mkdirSync(join(folder, 'source', 'deep'), { recursive: true })
  const inputs = [join(folder, 'source'), join(folder, 'missing')]
  expect(isNewer(product, inputs)).toBe(false)
  for (const path of [source, product]) writeFileSync(path, '')
  const laterS = Date.now() / 1000 + 60
  utimesSync(product, laterS, laterS)
  expect(isNewer(product, inputs)).toBe(true)
  utimesSync(source, laterS + 60, laterS + 60)
  expect(isNewer(product, inputs)).toBe(false)
})
