import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RunConfigInput } from '../../src-preload/contract/config.ts'
import type { RunSummary } from '../../src-preload/contract/run.ts'
import type { TestServices } from './services-client.ts'
import { until } from './until.ts'

const model = join(import.meta.dirname, '../fixtures/models/qwen2-tied')

/** A real run on a random model: nothing is learned, everything happens. */
export function smallConfig(workspace: string, steps: number): RunConfigInput {
  const train = join(workspace, 'problems.jsonl')
  const lines = Array.from({ length: 16 }, (_, i) =>
    JSON.stringify({ id: `${i}`, prompt: `${i}+1=`, answer: `${i + 1}` }),
  )
  writeFileSync(train, lines.join('\n'))
  return {
    name: 'Controlled',
    steps,
    model,
    data: { train },
    method: { name: 'grpo' },
    rollout: { prompts_per_step: 2, num_generations: 2, max_completion_length: 8 },
    update: { num_iterations: 1, mini_batch_prompts: 2 },
    checkpoint: { every: 0 },
    threads: 1,
  }
}

/** Waits until a run is in one of these states. Throws when it fails instead. */
export const statusBecomes = (
  { client }: TestServices,
  id: string,
  ...wanted: RunSummary['status'][]
): Promise<RunSummary> =>
  until(async () => {
    const { summary } = await client.call('runs.get', { id })
    if (!wanted.includes('failed') && summary.status === 'failed') throw new Error(summary.message ?? 'failed')
    return wanted.includes(summary.status) && summary
  })
