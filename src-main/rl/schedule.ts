import type { RunConfig } from '../../src-preload/contract/config.ts'

/** Learning rate of a step (1-based): linear warm-up, then constant, linear to zero, or cosine to zero. */
export function learningRate({ optimizer, steps }: RunConfig, step: number): number {
  const { learning_rate, warmup_steps, schedule } = optimizer
  if (step <= warmup_steps) return (learning_rate * step) / warmup_steps
  if (schedule === 'constant') return learning_rate
  const done = (step - warmup_steps) / Math.max(1, steps - warmup_steps)
  return schedule === 'linear' ? learning_rate * (1 - done) : (learning_rate * (1 + Math.cos(Math.PI * done))) / 2
}
