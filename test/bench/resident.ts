/**
 * `node test/bench/resident.ts`: resident memory of a trainer over many small steps of the built-in model.
 * Options: --steps N (default 300), --from N (default 50).
 */
import { parseArgs } from 'node:util'
import { trainedMetrics } from './train.ts'

const { values } = parseArgs({ options: { steps: { type: 'string' }, from: { type: 'string' } } })
const steps = Number(values.steps ?? 300)
const from = Number(values.from ?? 50)
const metrics = await trainedMetrics({
  name: 'resident',
  steps,
  method: { name: 'grpo' },
  rollout: { prompts_per_step: 4, num_generations: 4, max_completion_length: 48 },
  update: { num_iterations: 1, mini_batch_prompts: 4 },
  checkpoint: { every: 0 },
})
const resident = metrics['memory/resident']!
const mean = (end: number): number => resident.slice(end - 10, end).reduce((sum, bytes) => sum + bytes, 0) / 10
const [early, late] = [mean(from), mean(steps)]
const growth = 100 * (late / early - 1)
const curve = Array.from({ length: Math.floor(steps / from) }, (_, index) => mean((index + 1) * from).toFixed(0))
console.log(`every ${from} steps, MiB: ${curve.join(' ')}`)
console.log(
  `resident memory ${early.toFixed(0)} MiB at step ${from}, ${late.toFixed(0)} MiB at step ${steps}: ${growth.toFixed(1)} %`,
)
