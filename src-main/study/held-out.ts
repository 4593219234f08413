import { createPolicy, type LocalPolicy } from '../model/create-policy.ts'
import type { Tokenizer } from '../model/tokenizer.ts'
import { quantile } from '../rl/classify.ts'
import { loadProblems } from '../rl/problems.ts'
import { repetition } from '../rl/repetition.ts'
import { decodeResponses, type Problem } from '../rl/rollout.ts'
import { numeric } from '../tasks/verify/numeric.ts'
import type { HeldOutSamples } from './cell.ts'

/** Words of a window of the repetition measure: solutions here have some twenty words. */
const windowWords = 4
/** Share of a response's tokens that count as low in entropy, as in Archer. */
const lowShare = 0.8
const batchRows = 256
/** Separates these uniforms from those of training. */
const heldOutStream = 0x484f

/** Samples `n` responses to every problem and one greedy one. A pure function of its arguments. */
export async function sampleHeldOut(folder: string, dataset: string, n: number, seed: number): Promise<HeldOutSamples> {
  const policy = await createPolicy({ folder, threads: 1 })
  try {
    const options = { promptTemplate: '{prompt}', maxPromptLength: Number.POSITIVE_INFINITY }
    const { problems } = await loadProblems(dataset, policy.tokenizer, options)
    const sums = new ResponseSums(problems.length)
    for (let sample = 0; sample < n; sample += perBatch(problems))
      sums.add(
        await respond(policy, problems, { samples: Math.min(perBatch(problems), n - sample), first: sample, seed }),
      )
    const greedy = new ResponseSums(problems.length)
    greedy.add(await respond(policy, problems, { samples: 1, first: 0, seed, greedy: true }))
    return { n, greedy: greedy.correct.filter((count) => count > 0).length, ...sums.means() }
  } finally {
    await policy.dispose()
  }
}

/** Samples of every problem that fill a batch. */
const perBatch = (problems: readonly Problem[]): number => Math.max(1, Math.floor(batchRows / problems.length))

interface Draw {
  readonly samples: number
  /** Number of the first sample of each problem. */
  readonly first: number
  readonly seed: number
  readonly greedy?: boolean
}

type Responses = readonly (ReturnType<typeof decodeResponses>[number] & { problem: number; correct: boolean })[]

async function respond(
  policy: LocalPolicy,
  problems: readonly Problem[],
  { samples, first, seed, greedy = false }: Draw,
): Promise<Responses> {
  const rows = Array.from({ length: samples * problems.length }, (_, row) => ({
    problem: row % problems.length,
    sample: first + Math.floor(row / problems.length),
  }))
  const generation = await policy.generate({
    prompts: rows.map(({ problem }) => problems[problem]!.promptIds),
    rowIds: Int32Array.from(rows, ({ problem, sample }) => sample * problems.length + problem),
    seed,
    step: heldOutStream,
    temperature: 1,
    topP: 1,
    topK: 0,
    maxTokens: 96,
    stop: [],
    greedy,
  })
  return decodeResponses(generation, policy.tokenizer as Tokenizer).map((response, row) => ({
    ...response,
    problem: rows[row]!.problem,
    correct: numeric({ response: response.text, answer: problems[rows[row]!.problem]!.answer }).correct,
  }))
}

/** Adds responses up to the means of `HeldOutSamples`. */
class ResponseSums {
  readonly correct: number[]
  #responses = 0
  #truncated = 0
  #repetition = 0
  readonly #entropies = { low: { sum: 0, tokens: 0 }, high: { sum: 0, tokens: 0 } }

  constructor(problems: number) {
    this.correct = new Array<number>(problems).fill(0)
  }

  add(responses: Responses): void {
    for (const { problem, correct, text, finishReason, rolloutEntropies } of responses) {
      this.correct[problem]! += Number(correct)
      this.#responses++
      this.#truncated += Number(finishReason === 'length')
      this.#repetition += repetition(text, windowWords).ratio
      const threshold = quantile(rolloutEntropies, lowShare)
      for (const entropy of rolloutEntropies) {
        const side = this.#entropies[entropy >= threshold ? 'high' : 'low']
        side.sum += entropy
        side.tokens++
      }
    }
  }

  means(): Omit<HeldOutSamples, 'n' | 'greedy'> {
    const { low, high } = this.#entropies
    const tokens = low.tokens + high.tokens
    return {
      correct: this.correct,
      entropy: (low.sum + high.sum) / tokens,
      entropyHigh: high.sum / high.tokens,
      entropyLow: low.sum / Math.max(1, low.tokens),
      repetition: this.#repetition / this.#responses,
      meanLength: tokens / this.#responses,
      truncated: this.#truncated / this.#responses,
    }
  }
}
