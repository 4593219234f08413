import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CodeBackend, CodeLimits } from './backend.ts'
import { judge } from './judge.ts'
import type { CodeStatus } from './problem.ts'

export interface SelfTestCheck {
  readonly name: string
  /** The sandbox did what it has to. */
  readonly held: boolean
  readonly detail: string
}

export interface SelfTest {
  readonly backend: CodeBackend['name']
  readonly description: string
  readonly held: boolean
  readonly checks: readonly SelfTestCheck[]
}

/** What the canaries try to reach on the host. */
interface Bait {
  readonly secretFile: string
  readonly secret: string
  readonly marker: string
  readonly port: number
}

/** A program that prints `reached` where the sandbox does not hold. `allowed`: outcomes of one that does. */
interface Canary {
  readonly name: string
  readonly source: (bait: Bait) => string
  readonly allowed: readonly CodeStatus[]
  readonly limits?: Partial<CodeLimits>
}

const contained: readonly CodeStatus[] = ['fail', 'error', 'blocked', 'memory']
const environmentName = 'QUIVER_SANDBOX_CANARY'
const text = (value: string): string => JSON.stringify(value)

/** One attempt after the other, each in its own `try`, so that the first that is stopped does not hide the next. */
const attempts = (...sources: readonly string[]): string =>
  sources
    .map(
      (source) =>
        `try:\n${source.replace(/^/gm, '    ')}\nexcept BaseException as error:\n    print(type(error).__name__)`,
    )
    .join('\n')

const canaries: readonly Canary[] = [
  { name: 'a good program passes', source: () => 'print("reach" + input())', allowed: ['pass'] },
  {
    name: 'environment',
    source: () =>
      attempts(
        `import os\nif ${text(environmentName)} in os.environ: print("reached")`,
        `if ${text(environmentName)}.encode() in open("/proc/1/environ", "rb").read(): print("reached")`,
        `if ${text(environmentName)}.encode() in open("/proc/self/environ", "rb").read(): print("reached")`,
      ),
    allowed: contained,
  },
  {
    name: 'host file',
    source: ({ secretFile, secret }) =>
      attempts(`if open(${text(secretFile)}).read() == ${text(secret)}: print("reached")`),
    allowed: contained,
  },
  { name: 'write', source: ({ marker }) => attempts(`open(${text(marker)}, "w").write("x")`), allowed: contained },
  {
    name: 'socket',
    source: ({ port }) =>
      attempts(
        `import socket\nsocket.create_connection(("127.0.0.1", ${port}), 2)\nprint("reached")`,
        `import socket\nsocket.socket().connect(("127.0.0.1", ${port}))\nprint("reached")`,
      ),
    allowed: contained,
  },
  {
    name: 'process',
    source: () =>
      attempts(
        'import os\nif os.system("exit 0") == 0: print("reached")',
        'import subprocess\nsubprocess.run(["/bin/sh", "-c", "exit 0"], check=True)\nprint("reached")',
        'import os\nif os.fork() >= 0: os.write(1, b"reached")',
      ),
    allowed: contained,
  },
  {
    name: 'memory',
    source: () => 'kept = []\nfor _ in range(4096): kept.append(bytearray(1 << 20))\nprint("reached")',
    allowed: ['memory', 'error'],
    limits: { memoryBytes: 512 << 20 },
  },
  {
    name: 'loop',
    source: () => 'while True:\n    try:\n        while True: pass\n    except BaseException: pass',
    allowed: ['timeout'],
    limits: { testMs: 700 },
  },
  {
    name: 'host language',
    source: () =>
      attempts(
        'import js\njs.process.env\nprint("reached")',
        'from pyodide.code import run_js\nrun_js("process.pid")\nprint("reached")',
        'import pyodide_js\npyodide_js.mountNodeFS("/host", "/")\nimport os\nif os.listdir("/host"): print("reached")',
        'import ctypes\nctypes.CDLL(None).emscripten_run_script(b"process.exit(0)")\nprint("reached")',
      ),
    allowed: contained,
  },
]

/**
 * Tries a backend: a good program has to pass, and the canaries to reach nothing. A backend that does not hold is not
 * used.
 */
export async function selfTest(backend: CodeBackend): Promise<SelfTest> {
  const folder = await mkdtemp(join(tmpdir(), 'quiver-sandbox-'))
  const connections = { count: 0 }
  const server = createServer((socket) => {
    connections.count++
    socket.destroy()
  })
  const kept = process.env[environmentName]
  try {
    process.env[environmentName] = 'held'
    const secret = randomBytes(20).toString('hex')
    const bait = {
      secret,
      secretFile: join(folder, 'secret'),
      marker: join(folder, 'marker'),
      port: await listen(server),
    }
    await writeFile(bait.secretFile, secret)
    const checks: SelfTestCheck[] = []
    for (const canary of canaries) checks.push(await release(backend, canary, bait))
    const traces = [
      { name: 'no file on the host', held: !existsSync(bait.marker), detail: bait.marker },
      { name: 'no connection to the host', held: connections.count === 0, detail: `${connections.count} connections` },
    ]
    const all = [...checks, ...traces]
    const { name, description } = backend
    return { backend: name, description, held: all.every(({ held }) => held), checks: all }
  } finally {
    if (kept === undefined) delete process.env[environmentName]
    server.close()
    await rm(folder, { recursive: true, force: true })
  }
}

async function release(backend: CodeBackend, canary: Canary, bait: Bait): Promise<SelfTestCheck> {
  const tests = [{ input: 'ed\n', output: 'reached', shown: true }]
  try {
    const { status, reason } = await judge(
      backend,
      { kind: 'stdin', language: 'python', rule: 'livecodebench', tests },
      canary.source(bait),
      { ...backend.limits, ...canary.limits },
    )
    return { name: canary.name, held: canary.allowed.includes(status), detail: `${status}: ${reason}` }
  } catch (error) {
    return { name: canary.name, held: false, detail: error instanceof Error ? error.message : String(error) }
  }
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port))
  })
}
