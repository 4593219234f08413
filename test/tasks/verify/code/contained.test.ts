import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { type ProgramResult, runProgram } from '../../../../src-main/tasks/verify/sandbox/run-program.ts'
import { nodeReserveBytes, nodeRuntime, pythonRuntime } from '../../../../src-main/tasks/verify/sandbox/runtimes.ts'
import { seccompFilter } from '../../../../src-main/tasks/verify/sandbox/seccomp.ts'

const bwrapHolds = await python('print(1)').then(
  ({ code }) => code === 0,
  () => false,
)
const folder = mkdtempSync(join(tmpdir(), 'quiver-contained-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function python(source: string, timeMs = 20_000, stdin = ''): Promise<ProgramResult> {
  const { executable, mounts } = await pythonRuntime()
  const command = [executable, '-s', '-B', '-X', 'utf8', '-c', source]
  return runProgram({ command, mounts, memory: { addressSpace: 1 << 30 }, cpuSeconds: 30 }, stdin, { timeMs })
}

function node(source: string): Promise<ProgramResult> {
  const { executable, mounts } = nodeRuntime()
  const command = [executable, '-e', source]
  return runProgram({ command, mounts, memory: { data: nodeReserveBytes + (256 << 20) }, cpuSeconds: 30 }, 'given', {
    timeMs: 20_000,
  })
}

test('the filter is there for both known processors and for no other', () => {
  expect(seccompFilter('x64')!.length % 8).toBe(0)
  expect(seccompFilter('arm64')!.readUInt32LE(8 + 4)).toBe(0xc00000b7)
  expect(seccompFilter('riscv64')).toBeNull()
})

test.runIf(bwrapHolds)('a contained Python has its input, its threads and nothing of the host', async () => {
  const hidden = join(folder, 'secret')
  writeFileSync(hidden, 'a secret of the host')
  const { stdout, stderr, code } = await python(
    `import os, threading
t = threading.Thread(target=lambda: print("thread"))
t.start(); t.join()
print(input(), sorted(os.environ), os.getpid(), os.path.exists(${JSON.stringify(hidden)}), os.path.exists("/proc"))`,
    20_000,
    'given\n',
  )
  expect(code, stderr).toBe(0)
  expect(stdout.toString()).toBe("thread\ngiven ['HOME', 'LANG', 'PWD'] 1 False False\n")
})

test.runIf(bwrapHolds).each([
  ['fork', 'import os; os.fork()', /PermissionError/],
  ['subprocess', 'import subprocess; subprocess.run(["/usr/bin/true"])', /Error/],
  ['socket', 'import socket; socket.socket()', /PermissionError/],
  ['write', 'open("/usr/x", "w")', /Read-only|Permission/],
  ['memory', 'x = "a" * (1 << 33)', /MemoryError/],
  ['files', 'open("/tmp/x", "wb").write(bytes(1 << 26))', /File too large/],
  [
    'outliving its parent',
    'import ctypes; c = ctypes.CDLL(None, use_errno=True)\nc.prctl(1, 0) == -1 and 1/0',
    /ZeroDivisionError/,
  ],
])('a contained Python is refused: %s', async (_, source, complaint) => {
  const { code, stderr } = await python(source)
  expect(code).not.toBe(0)
  expect(stderr).toMatch(complaint)
})

test.runIf(bwrapHolds)('a loop ends at the time limit, a flood of output at its own', async () => {
  expect(
    await python('import signal\nfor s in (1, 2, 15): signal.signal(s, lambda *_: 0)\nwhile True: pass', 1500),
  ).toMatchObject({
    outcome: 'timeout',
    signal: 'SIGKILL',
  })
  const flood = await python('while True: print("x" * 100000)')
  expect(flood.outcome).toBe('output')
  expect(flood.stdout.length).toBe(8 << 20)
})

test.runIf(bwrapHolds)(
  'a contained Node.js reads its input and reaches no process, network, file or more memory',
  async () => {
    const connections = { count: 0 }
    const server = createServer(() => connections.count++).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as { port: number }
    expect((await node('process.stdout.write(require("fs").readFileSync(0))')).stdout.toString()).toBe('given')
    const marker = join(folder, 'marker')
    for (const source of [
      'require("child_process").execSync("true")',
      `require("net").connect(${port}, "127.0.0.1")`,
      `require("fs").writeFileSync(${JSON.stringify(marker)}, "x")`,
      'const kept = []; for (;;) kept.push(Buffer.alloc(1e8, 1))',
      `process.kill(${process.pid}, 9)`,
    ])
      expect((await node(source)).code, source).not.toBe(0)
    expect(existsSync(marker)).toBe(false)
    expect(connections.count).toBe(0)
    server.close()
  },
)
