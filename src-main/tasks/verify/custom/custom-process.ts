import { createInterface } from 'node:readline'
import { z } from 'zod'
import { UserError } from '../../../util/assert.ts'
import { type Contained, startContained } from '../sandbox/contained.ts'
import { SandboxUnavailable } from '../sandbox/errors.ts'
import { nodeReserveBytes, nodeRuntime } from '../sandbox/runtimes.ts'
import type { Verdict, VerifyItem } from '../verdict.ts'
import { runnerSource } from './runner-source.ts'

const memoryBytes = 256 << 20
/** Processor time over the life of a process: a run's length, not a limit on one item. */
const lifetimeSeconds = 7 * 86_400
const startMs = 20_000

const exampleSchema = z.object({ response: z.string(), answer: z.string(), correct: z.boolean() })
export type Example = z.infer<typeof exampleSchema>

const verdictSchema = z.union([
  z.boolean().transform((correct) => ({ correct })),
  z.object({
    correct: z.boolean(),
    score: z.number().optional(),
    extracted: z.string().max(4096).nullish(),
    reason: z.string().max(1000).optional(),
  }),
])
const replySchema = z.union([
  z.object({ ready: z.literal(true), examples: z.unknown() }),
  z.object({ verdict: z.unknown() }),
  z.object({ error: z.string() }),
])
type Reply = z.infer<typeof replySchema>

/** A verifier's file and its text. */
export interface CustomSource {
  readonly path: string
  readonly text: string
}

/** One sandboxed process with a verifier of the user's; it checks one response at a time. */
export class CustomProcess {
  readonly #source: CustomSource
  readonly #contained: Contained
  readonly #replies: AsyncIterator<string>
  #errors = ''

  /** @throws SandboxUnavailable when bubblewrap is missing. */
  constructor(source: CustomSource) {
    this.#source = source
    const { executable, mounts } = nodeRuntime()
    const file = `/verifier/verify${source.path.endsWith('ts') ? '.ts' : '.mjs'}`
    this.#contained = startContained({
      command: [executable, '--no-warnings', '--max-old-space-size=192', '/verifier/runner.mjs'],
      mounts,
      files: { [file]: source.text, '/verifier/runner.mjs': runnerSource(file) },
      memory: { data: nodeReserveBytes + memoryBytes },
      cpuSeconds: lifetimeSeconds,
    })
    this.#contained.stderr.on('data', (chunk: Buffer) => {
      this.#errors = `${this.#errors}${chunk}`.slice(-2000)
    })
    this.#contained.stdout.resume()
    this.#replies = createInterface({ input: this.#contained.fromProgram })[Symbol.asyncIterator]()
  }

  /** The examples of the file, when it is loaded. @throws UserError when it cannot be; SandboxUnavailable. */
  async start(): Promise<readonly Example[]> {
    const reply = await this.#reply(startMs)
    if (reply === 'timeout') throw new UserError(`${this.#source.path} did not load within ${startMs / 1000} s.`)
    if (reply === 'ended')
      throw new SandboxUnavailable(
        `The sandbox of the custom verifier did not start: ${this.#errors.trim().split('\n')[0] || 'it ended at once'}.`,
      )
    if ('error' in reply) throw new UserError(`${this.#source.path} cannot be used: ${reply.error}. Mend the file.`)
    if (!('ready' in reply)) throw new UserError(`${this.#source.path} answered before it was asked.`)
    const examples = z.array(exampleSchema).safeParse(reply.examples)
    if (examples.success) return examples.data
    throw new UserError(
      `${this.#source.path}: its examples must be a list of {response, answer, correct}: two texts and true or false.`,
    )
  }

  /**
   * The verdict on a response; null when it took over the limit, and then the process is gone.
   * @throws UserError when the verifier fails or gives no verdict: that is its error, not the response's.
   */
  async verify(item: VerifyItem, limitMs: number): Promise<Verdict | null> {
    const started = performance.now()
    this.#contained.toProgram.write(`${JSON.stringify({ response: item.response, answer: item.answer })}\n`)
    const reply = await this.#reply(limitMs)
    if (reply === 'timeout') return null
    const failed = `The verifier ${this.#source.path} failed on the response ${JSON.stringify(item.response.slice(0, 80))}`
    if (reply === 'ended')
      throw new UserError(`${failed}: its process ended. ${this.#errors.trim().split('\n').at(-1)}`)
    if ('error' in reply) throw new UserError(`${failed}: ${reply.error}. Mend the file.`)
    const verdict = verdictSchema.safeParse('verdict' in reply ? reply.verdict : undefined)
    if (!verdict.success)
      throw new UserError(`${failed}: expected true, false or {correct, score?, extracted?, reason?}. Mend the file.`)
    return completed(verdict.data, performance.now() - started)
  }

  /** The next reply, for which the process has `limitMs`; it is killed when that is over. */
  async #reply(limitMs: number): Promise<Reply | 'timeout' | 'ended'> {
    let late = false
    const timer = setTimeout(() => {
      late = true
      this.stop()
    }, limitMs)
    const { value, done } = await this.#replies.next()
    clearTimeout(timer)
    if (done || late) return late ? 'timeout' : 'ended'
    try {
      return replySchema.parse(JSON.parse(value))
    } catch {
      return { error: 'it wrote something else to the channel of verdicts' }
    }
  }

  stop(): void {
    this.#contained.kill()
  }
}

function completed(given: z.infer<typeof verdictSchema>, ms: number): Verdict {
  const { correct, score, extracted, reason } = { score: undefined, extracted: null, reason: undefined, ...given }
  return {
    correct,
    score: score ?? Number(correct),
    extracted: extracted ?? null,
    reason: reason ?? (correct ? 'accepted by the verifier' : 'refused by the verifier'),
    ms,
  }
}
