import type { RunConfig } from '../../../src-preload/contract/config.ts'
import { toldAlternatives } from '../../../src-preload/contract/sample.ts'
import type { Tokenizer } from '../../model/tokenizer.ts'
import { type DatasetRow, readDataset } from '../../tasks/dataset.ts'
import { renderPrompt } from '../../tasks/prompt.ts'
import { startVerifyPool } from '../../tasks/verify/pool.ts'
import { UserError } from '../../util/assert.ts'
import { resolveDataset, resolveModel } from '../../util/resources.ts'
import { permutation } from '../../util/rng.ts'
import { rewardOf } from '../rollout.ts'
import type { LoadedModels } from './loaded-models.ts'
import { runLane } from './run-lane.ts'
import type { SampleFeed } from './sample-feed.ts'
import { type Judgement, type StreamedPrompt, streamResponses } from './stream-responses.ts'

const samples = 3

/** Samples three prompts of a config as its run would: its model, prompts, rollout settings, verifier and reward. */
export async function dryRun(
  config: RunConfig,
  models: LoadedModels,
  feed: SampleFeed,
  signal: AbortSignal,
): Promise<void> {
  const { device, threads, lora, seed, rollout, verifier } = config
  const model = { reference: config.model, folder: resolveModel(config.model), message: null }
  const source = { seed, ...(threads ? { threads } : {}), ...(lora ? { lora } : {}) }
  const pool = startVerifyPool(verifier, { seed })
  try {
    await pool.ready()
    const { rows } = await readDataset(resolveDataset(config.data.train))
    await runLane({ models, feed, lane: 0, signal, model, device, source }, (loaded) =>
      streamResponses({
        feed,
        lane: 0,
        model: loaded,
        prompts: drawPrompts(config, rows, loaded.tokenizer),
        sampling: {
          seed,
          temperature: rollout.temperature,
          topP: rollout.top_p,
          topK: rollout.top_k,
          maxTokens: rollout.max_completion_length,
          stop: rollout.stop,
          alternatives: toldAlternatives,
        },
        judge: async ({ text, tokens, answer }): Promise<Judgement> => {
          const [verdict] = await pool.verify([{ response: text, answer: answer! }])
          const { correct, extracted, reason } = verdict!
          return { verdict: { correct, extracted, reason }, ...rewardOf(config, tokens, verdict!) }
        },
      }),
    )
  } finally {
    await pool.dispose()
  }
}

/** The first prompts of the run's order that are within its length limit. */
function drawPrompts(
  { data, seed }: RunConfig,
  rows: readonly DatasetRow[],
  tokenizer: Tokenizer,
): readonly StreamedPrompt[] {
  const found: StreamedPrompt[] = []
  for (const index of permutation(rows.length, seed, 0)) {
    const row = rows[index]!
    const prompt = renderPrompt(row, data.prompt_template, tokenizer)
    const promptIds = tokenizer.encode(prompt)
    if (promptIds.length <= data.max_prompt_length) found.push({ prompt, promptIds, answer: row.answer })
    if (found.length === samples) return found
  }
  if (found.length > 0) return found
  throw new UserError(
    `All ${rows.length} prompts of ${data.train} are longer than data.max_prompt_length = ${data.max_prompt_length} tokens. Raise the limit or use another dataset.`,
  )
}
