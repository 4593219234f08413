/** The wasm backend without bubblewrap around it: the import lock alone holds. */
import { afterAll, expect, test } from 'vitest'
import { judge } from '../../../../src-main/tasks/verify/code/judge.ts'
import type { CodeProblem } from '../../../../src-main/tasks/verify/code/problem.ts'
import { selfTest } from '../../../../src-main/tasks/verify/code/self-test.ts'
import { wasmBackend } from '../../../../src-main/tasks/verify/code/wasm-backend.ts'

const backend = await wasmBackend(false)
afterAll(() => backend.dispose())
const problem: CodeProblem = {
  kind: 'stdin',
  language: 'python',
  rule: 'livecodebench',
  tests: [{ input: '4\n', output: 'reached 16', shown: true }],
}

test('its self-test holds', async () => {
  const { checks } = await selfTest(backend)
  expect(checks.filter(({ held }) => !held)).toEqual([])
})

test.each([
  ['functions of C', 'import ctypes\nctypes.CDLL(None).system(b"true")'],
  ['code of JavaScript', 'from pyodide.code import run_js\nrun_js("1")'],
  ['the page', 'import js\nprint(js.globalThis)'],
  ['host folders', 'import pyodide_js\npyodide_js.mountNodeFS("/h", "/")'],
  ['packages from the network', 'import pyodide_js\npyodide_js.loadPackage("numpy")'],
  ['foreign functions', 'import ctypes\nctypes.CFUNCTYPE(None)(print)()'],
  ['addresses', 'import socket\nsocket.getaddrinfo("localhost", 80)'],
])('%s are out of reach', async (_, source) => {
  const verdict = await judge(backend, problem, `${source}\nprint("reached", int(input()) ** 2)`)
  expect(['blocked', 'error'], verdict.reason).toContain(verdict.status)
})

test('files in memory have a quota, and memory a limit', async () => {
  const files = 'f = open("/tmp/x", "wb")\nfor _ in range(1 << 12): f.write(bytes(1 << 20))\nprint("reached 16")'
  expect((await judge(backend, problem, files)).status).toBe('error')
  const memory = 'kept = []\nwhile True: kept.append(bytearray(1 << 22))'
  expect((await judge(backend, problem, memory)).status).toBe('memory')
})

test('a thread runs in place', async () => {
  const source =
    'import threading\nt = threading.Thread(target=lambda: print("reached", int(input()) ** 2))\nt.start()\nt.join()'
  expect((await judge(backend, problem, source)).status).toBe('pass')
})
