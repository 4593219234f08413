import type { SampleEnd } from '../../../src-preload/contract/sample.ts'
import type { GenerateRequest } from '../../model/policy.ts'
import { StopRequested } from '../control.ts'
import type { LoadedModel } from './loaded-models.ts'
import { type GrowingTokens, RowStream } from './row-stream.ts'
import type { SampleFeed } from './sample-feed.ts'

/** A prompt ready for the model; one response is sampled for each. */
export interface StreamedPrompt {
  readonly prompt: string
  readonly promptIds: Int32Array
  readonly answer: string | null
}

export type Judgement = Pick<SampleEnd, 'verdict' | 'reward' | 'rewardParts'>
export const unjudged: Judgement = { verdict: null, reward: null, rewardParts: {} }

export interface StreamedWork {
  readonly feed: SampleFeed
  readonly lane: number
  readonly model: LoadedModel
  readonly prompts: readonly StreamedPrompt[]
  readonly sampling: Omit<GenerateRequest, 'prompts' | 'step'>
  readonly judge: (response: { text: string; tokens: number; answer: string | null }) => Promise<Judgement>
}

/** What is kept of one response while it streams. */
interface Streamed {
  readonly stream: RowStream
  text: string
  row: GrowingTokens | undefined
  ended: boolean
}

/**
 * Samples one response per prompt and tells the feed of every token as it comes, then of the verdict. Row i draws the uniforms
 * of (seed, 0, i), whatever the model.
 * @throws StopRequested when it is stopped; the responses so far are told of.
 */
export async function streamResponses(work: StreamedWork): Promise<void> {
  const { feed, lane, model, prompts, sampling, judge } = work
  const started = performance.now()
  const all = prompts.map((): Streamed => {
    return { stream: new RowStream(model.tokenizer), text: '', row: undefined, ended: false }
  })
  const take = (index: number, finished: boolean) => {
    const { stream, row } = all[index]!
    const part = row ? stream.take(row, finished) : null
    if (part) all[index]!.text += part.text
    return part && { lane, row: index, ...part }
  }
  const takes = prompts.map((_, index) => () => take(index, false))
  const end = (index: number, ending: Omit<SampleEnd, 'ms'>): void => {
    const last = take(index, true)
    if (last) feed.row(last)
    all[index]!.ended = true
    feed.row({ lane, row: index, end: { ...ending, ms: performance.now() - started } })
  }
  for (const [row, { prompt, answer }] of prompts.entries()) feed.row({ lane, row, problem: { prompt, answer } })
  const judged: Promise<void>[] = []
  try {
    await model.policy.generate(
      { ...sampling, prompts: prompts.map(({ promptIds }) => promptIds), step: 0 },
      ({ index, finishReason, ...row }) => {
        const tokens = row.tokens.length
        all[index]!.row = { ...row, length: tokens }
        const last = take(index, true)
        if (last) feed.row(last)
        const { text } = all[index]!
        judged.push(
          judge({ text, tokens, answer: prompts[index]!.answer }).then((verdict) =>
            end(index, { finishReason, ...verdict }),
          ),
        )
      },
      (rows) => {
        for (const row of rows) {
          if (row.finish) continue
          all[row.index]!.row = row
          feed.grow(takes[row.index]!)
        }
      },
    )
    await Promise.all(judged)
  } catch (error) {
    await Promise.allSettled(judged)
    if (error instanceof StopRequested)
      for (const [index, { ended }] of all.entries()) if (!ended) end(index, { finishReason: 'stopped', ...unjudged })
    throw error
  }
}
