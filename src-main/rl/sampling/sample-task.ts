import { toldAlternatives } from '../../../src-preload/contract/sample.ts'
import type { SampleTask } from '../../../src-preload/contract/sampler.ts'
import type { Tokenizer } from '../../model/tokenizer.ts'
import { type DatasetRow, readDataset } from '../../tasks/dataset.ts'
import { renderPrompt } from '../../tasks/prompt.ts'
import { startVerifyPool, type VerifyPool } from '../../tasks/verify/pool.ts'
import { UserError } from '../../util/assert.ts'
import { resolveDataset } from '../../util/resources.ts'
import type { LoadedModels } from './loaded-models.ts'
import { runLane } from './run-lane.ts'
import type { SampleFeed } from './sample-feed.ts'
import { type StreamedPrompt, streamResponses, unjudged } from './stream-responses.ts'

/** Samples every model's responses side by side, a token each in turn. */
export async function sampleTask(
  task: SampleTask,
  models: LoadedModels,
  feed: SampleFeed,
  signal: AbortSignal,
): Promise<void> {
  const row = task.prompt.kind === 'problem' ? await problemOf(task.prompt) : null
  const pool = task.verifier ? startVerifyPool(task.verifier) : null
  try {
    await pool?.ready()
    await Promise.all(
      task.models.map((model, lane) =>
        runLane({ models, feed, lane, signal, model, device: task.device }, async (loaded) => {
          const prompt = promptOf(task, row, loaded.tokenizer)
          await streamResponses({
            feed,
            lane,
            model: loaded,
            prompts: Array.from({ length: task.n }, () => prompt),
            sampling: samplingOf(task),
            judge: ({ text, answer }) => judge(pool, text, answer),
          })
        }),
      ),
    )
  } finally {
    await pool?.dispose()
  }
}

async function problemOf({ dataset, row }: Extract<SampleTask['prompt'], { kind: 'problem' }>): Promise<DatasetRow> {
  const { rows } = await readDataset(resolveDataset(dataset))
  const found = rows[row]
  if (found) return found
  throw new UserError(`${dataset} has the problems 1 to ${rows.length}, not ${row + 1}. Choose one of them.`)
}

function promptOf({ prompt, answer }: SampleTask, row: DatasetRow | null, tokenizer: Tokenizer): StreamedPrompt {
  const text = prompt.kind === 'text' ? textPrompt(prompt, tokenizer) : renderPrompt(row!, prompt.template, tokenizer)
  const promptIds = tokenizer.encode(text)
  if (promptIds.length === 0) throw new UserError('The prompt has no tokens. Write a prompt.')
  return { prompt: text, promptIds, answer: row ? row.answer : answer }
}

function textPrompt({ text, chat }: { text: string; chat: boolean }, tokenizer: Tokenizer): string {
  return chat ? tokenizer.applyChatTemplate([{ role: 'user', content: text }]) : text
}

function samplingOf({ temperature, top_p, top_k, max_tokens, seed, stop }: SampleTask) {
  const maxTokens = max_tokens
  return { temperature, topP: top_p, topK: top_k, maxTokens, seed, stop, alternatives: toldAlternatives }
}

async function judge(pool: VerifyPool | null, text: string, answer: string | null) {
  if (!pool || answer === null || answer === '') return unjudged
  const [verdict] = await pool.verify([{ response: text, answer }])
  const { correct, extracted, reason, score, parts } = verdict!
  return { verdict: { correct, extracted, reason }, reward: score, rewardParts: parts ?? {} }
}
