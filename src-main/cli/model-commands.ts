import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { loadModelTokenizer } from '../model/open-model.ts'
import type { FinishReason } from '../model/policy.ts'
import { type OpenOptions, type PolicyWorker, startPolicyWorker } from '../model/policy-client.ts'
import { toTokenRows } from '../model/rows.ts'
import type { Tokenizer } from '../model/tokenizer.ts'
import { decodeResponses } from '../rl/rollout.ts'
import { UserError } from '../util/assert.ts'

const scoreLine = z.object({ prompt: z.string(), response: z.string() })

/** Opens a model for one command and closes it afterwards, whatever happens. */
export async function withPolicy<Result>(
  source: OpenOptions,
  work: (policy: PolicyWorker['policy'], tokenizer: Tokenizer) => Promise<Result>,
): Promise<Result> {
  const { policy } = await startPolicyWorker(source)
  try {
    return await work(policy, await loadModelTokenizer(source))
  } finally {
    await policy.dispose()
  }
}

export interface ScoredText {
  readonly prompt: string
  readonly response: string
  readonly ids: readonly number[]
  readonly tokens: readonly string[]
  /** Natural log of the token's probability at the temperature. */
  readonly logprobs: readonly number[]
  /** Entropy of the whole next-token distribution, nats. */
  readonly entropies: readonly number[]
}

/** Reads `{prompt, response}` lines. @throws UserError with file and line number for a bad line, or when there is none. */
async function readScoreLines(path: string): Promise<z.infer<typeof scoreLine>[]> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new UserError(`${path} cannot be read (${error.message}). Give a JSONL file of {"prompt", "response"}.`)
  })
  const lines = text.split('\n').map((line, index) => ({ line, number: index + 1 }))
  const filled = lines.filter(({ line }) => line.trim() !== '')
  if (filled.length === 0) throw new UserError(`${path} is empty. Give a JSONL file of {"prompt", "response"}.`)
  return filled.map(({ line, number }) => {
    const parsed = scoreLine.safeParse(parseJson(line))
    if (parsed.success) return parsed.data
    throw new UserError(
      `${path}, line ${number}: expected {"prompt": text, "response": text}, got ${line.slice(0, 80)}.`,
    )
  })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Scores given text, line by line, under a model. */
export async function scoreFile(
  source: OpenOptions,
  path: string,
  temperature: number,
  each: (scored: ScoredText) => void,
): Promise<void> {
  const lines = await readScoreLines(path)
  await withPolicy(source, async (policy, tokenizer) => {
    for (const { prompt, response } of lines) {
      const row = { promptIds: tokenizer.encode(prompt), ids: tokenizer.encode(response) }
      const { logprobs, entropies } = await policy.score(toTokenRows([row]), temperature, 'policy')
      each({
        prompt,
        response,
        ids: [...row.ids],
        tokens: tokenizer.decodeEach(row.ids, { skipSpecialTokens: false }),
        logprobs: [...logprobs],
        entropies: [...entropies],
      })
    }
  })
}

export interface SampleOptions {
  readonly prompt: string
  readonly n: number
  readonly seed: number
  readonly temperature: number
  readonly topP: number
  readonly topK: number
  readonly maxTokens: number
  readonly greedy: boolean
}

export interface SampledResponse {
  readonly index: number
  readonly text: string
  readonly ids: readonly number[]
  /** Natural logs of the sampled tokens' probabilities. */
  readonly logprobs: readonly number[]
  /** Entropies of the sampling distributions, nats. */
  readonly entropies: readonly number[]
  readonly finishReason: FinishReason
}

/** Samples n responses of one prompt. */
export function sampleResponses(source: OpenOptions, options: SampleOptions): Promise<SampledResponse[]> {
  return withPolicy(source, async (policy, tokenizer) => {
    const { prompt, n, ...sampling } = options
    const promptIds = tokenizer.encode(prompt)
    if (promptIds.length === 0) throw new UserError('The prompt has no tokens. Give a text with --prompt.')
    const generation = await policy.generate({
      ...sampling,
      prompts: Array.from({ length: n }, () => promptIds),
      step: 0,
      stop: [],
    })
    return decodeResponses(generation, tokenizer).map((response, index) => ({
      index,
      text: response.text,
      ids: [...response.ids],
      logprobs: [...response.rolloutLogprobs],
      entropies: [...response.rolloutEntropies],
      finishReason: response.finishReason,
    }))
  })
}
