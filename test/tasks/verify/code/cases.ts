import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { jsonLines, quiverWith } from '../../../helpers/cli.ts'

/** A case in the form of test/fixtures/verifiers/code_cases.jsonl. */
export interface CodeCase {
  readonly id: string
  readonly format: string
  readonly problem_tests: unknown
  readonly solution: string
  readonly expected: string
  readonly why: string
  readonly accept?: readonly string[]
  readonly limits?: { readonly time_s: number; readonly memory_mb: number }
  readonly optional?: boolean
  readonly hostile?: boolean
}

export interface CaseVerdict {
  readonly id: string
  readonly status: string
  readonly reason: string
}

/** What a set of hostile programs did to the host. */
interface Effects {
  readonly markers: readonly string[]
  readonly connections: number
  /** Processes of the sandbox still there after the command. */
  readonly processes: readonly number[]
  readonly secretSeen: boolean
  readonly leftFolders: readonly string[]
}

/** Backends that hold on this machine. */
export async function holdingBackends(): Promise<string[]> {
  const [report] = jsonLines(await quiverWith({}, 'sandbox', '--self-test', '--json'))
  return (report!.backends as { name: string; held: boolean }[]).filter(({ held }) => held).map(({ name }) => name)
}

/**
 * Judges cases by `quiver verify --code` with their placeholders filled: a secret in the environment and in a file, a
 * marker that must not appear, a port that counts connections.
 */
export async function runCases(
  cases: readonly CodeCase[],
  backend: string,
): Promise<{ verdicts: CaseVerdict[]; effects: Effects }> {
  const folder = mkdtempSync(join(tmpdir(), 'quiver-cases-'))
  // Its own, so that what others put into the common one is not taken for a leaving.
  const temporary = join(folder, 'temporary')
  mkdirSync(temporary)
  const token = randomBytes(20).toString('hex')
  const secretFile = join(folder, 'secret')
  writeFileSync(secretFile, token, { mode: 0o644 })
  let connections = 0
  const server = createServer((socket) => {
    connections++
    socket.destroy()
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  const file = join(folder, 'cases.jsonl')
  const filled = cases.map((item, index) =>
    JSON.stringify(item)
      .replaceAll('{{TOKEN}}', token)
      .replaceAll('{{TOKEN_PREFIX}}', token.slice(0, 12))
      .replaceAll('{{MARKER}}', join(folder, `marker-${index}`))
      .replaceAll('{{SECRET_FILE}}', secretFile)
      .replaceAll('{{PORT}}', String(port)),
  )
  writeFileSync(file, filled.join('\n'))
  try {
    const result = await quiverWith(
      { VERIF_SECRET: token, TMPDIR: temporary },
      'verify',
      '--code',
      file,
      '--backend',
      backend,
    )
    if (result.code !== 0) throw new Error(`verify ended with ${result.code}: ${result.stderr}`)
    const effects = {
      markers: readdirSync(folder).filter((name) => name.startsWith('marker')),
      connections,
      processes: sandboxProcesses(result.pid!),
      secretSeen: `${result.stdout}${result.stderr}`.includes(token),
      leftFolders: readdirSync(temporary),
    }
    return { verdicts: jsonLines(result) as unknown as CaseVerdict[], effects }
  } finally {
    server.close()
    rmSync(folder, { recursive: true })
  }
}

export const harmless: Effects = { markers: [], connections: 0, processes: [], secretSeen: false, leftFolders: [] }

/** The harness names the process that started it as its last argument. */
function sandboxProcesses(starter: number): number[] {
  if (!existsSync('/proc')) return []
  return readdirSync('/proc').flatMap((name) => {
    const id = Number(name)
    if (!Number.isInteger(id)) return []
    try {
      const words = readFileSync(`/proc/${id}/cmdline`, 'utf8').split('\0')
      return words.some((word) => word.includes('harness')) && words.includes(String(starter)) ? [id] : []
    } catch {
      return []
    }
  })
}

/** Cases whose verdict is neither the expected one nor an accepted one, in words. */
export function misjudged(cases: readonly CodeCase[], verdicts: readonly CaseVerdict[]): string[] {
  return cases.flatMap(({ id, expected, accept = [], why }, index) => {
    const verdict = verdicts[index]
    if (verdict?.id === id && [expected, ...accept].includes(verdict.status)) return []
    return [`${id}: ${verdict?.status} (${verdict?.reason}), expected ${expected}: ${why}`]
  })
}

export function readCases(file: string): CodeCase[] {
  const lines = readFileSync(file, 'utf8').trim().split('\n')
  return lines.map((line) => JSON.parse(line) as CodeCase)
}
