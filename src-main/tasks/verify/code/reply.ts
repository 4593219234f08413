import type { CodeStatus } from './problem.ts'
import type { Reply } from './session.ts'

/** What a harness answered to a command, or what stopped it, as the status it means for the solution. */
export interface Answer {
  readonly status: 'ok' | Exclude<CodeStatus, 'pass'>
  readonly reason: string
  /** Name of the exception when the solution raised one that a test may expect. */
  readonly raised: string | null
  readonly body: Buffer
}

const none = Buffer.alloc(0)
const statuses: Readonly<Record<string, Answer['status']>> = {
  ok: 'ok',
  failed: 'fail',
  memory: 'memory',
  blocked: 'blocked',
}

/** Reads a reply. A frame that says nothing of use, or none, is an error of the solution: it had the harness in its hands. */
export function asAnswer(reply: Reply): Answer {
  if (reply.kind === 'timeout') return stopped('timeout', 'it took longer than the time limit')
  if (reply.kind === 'garbled') return stopped('error', 'it wrote into the channel of its answers')
  if (reply.kind === 'ended') return ended(reply)
  const { header, body } = reply
  if (header.is === 'blocked') return stopped('blocked', `the sandbox refused ${String(header.reason).slice(0, 60)}`)
  const status = statuses[String(header.status)] ?? 'error'
  const raised = header.status === 'raised' ? String(header.type).slice(0, 60) : null
  return { status, reason: oneLine(String(header.reason ?? '')), raised, body }
}

function ended({ code, signal }: { code: number | null; signal: NodeJS.Signals | null }): Answer {
  // A contained program's death by signal N comes as exit code 128 + N.
  const number = code !== null && code > 128 ? code - 128 : null
  if (number === 24 || signal === 'SIGXCPU') return stopped('timeout', 'it took longer than the processor time limit')
  return stopped('error', `its process ended (${number === null ? (signal ?? `code ${code}`) : `signal ${number}`})`)
}

const stopped = (status: Answer['status'], reason: string): Answer => ({ status, reason, raised: null, body: none })

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > 160 ? `${line.slice(0, 160)}…` : line
}
