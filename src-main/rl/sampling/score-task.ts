import { toldAlternatives } from '../../../src-preload/contract/sample.ts'
import type { ScoreTask } from '../../../src-preload/contract/sampler.ts'
import { packTrace, type Trace, unpackTrace } from '../../../src-preload/contract/trace.ts'
import { toTokenRows } from '../../model/rows.ts'
import type { Tokenizer } from '../../model/tokenizer.ts'
import { UserError } from '../../util/assert.ts'
import { namedAlternatives } from '../named-alternatives.ts'
import type { LoadedModels } from './loaded-models.ts'
import { runLane } from './run-lane.ts'
import type { SampleFeed } from './sample-feed.ts'
import { unjudged } from './stream-responses.ts'

/** Teacher forcing: the statistics that a model gives the tokens of a response which another one sampled. */
export async function scoreTask(
  { model, prompt, text, trace, temperature }: ScoreTask,
  models: LoadedModels,
  feed: SampleFeed,
  signal: AbortSignal,
): Promise<void> {
  const started = performance.now()
  await runLane({ models, feed, lane: 0, signal, model }, async ({ policy, tokenizer }) => {
    const given = unpackTrace(trace)
    requireSameTokens(tokenizer, given, text, model.reference)
    const ids = Int32Array.from(given.ids)
    const rows = toTokenRows([{ promptIds: tokenizer.encode(prompt), ids }])
    const scored = await policy.score(rows, temperature, 'policy', toldAlternatives)
    feed.row({
      lane: 0,
      row: 0,
      problem: { prompt, answer: null },
      text,
      trace: packTrace({
        ids: given.ids,
        textLengths: given.textLengths,
        rolloutLogprobs: scored.logprobs,
        entropies: scored.entropies,
        flags: given.flags,
        alternatives: namedAlternatives(scored.alternatives!, 0, ids.length, tokenizer),
      }),
      end: { finishReason: 'length', ms: performance.now() - started, ...unjudged },
    })
  })
}

/** Ids mean the same text to both models, or their numbers cannot be held against each other. */
function requireSameTokens(tokenizer: Tokenizer, { ids, textLengths }: Trace, text: string, model: string): void {
  const pieces = tokenizer.decodeEach(ids, { skipSpecialTokens: true })
  let at = 0
  for (const [token, piece] of pieces.entries()) {
    const expected = text.slice(at, at + textLengths[token]!)
    if (piece !== expected)
      throw new UserError(
        `The tokenizer of ${model} is another one: token ${token + 1} of the response, id ${ids[token]}, is ${JSON.stringify(piece)} to it and was ${JSON.stringify(expected)} when it was sampled. Score with a model of the same family.`,
      )
    at += textLengths[token]!
  }
}
