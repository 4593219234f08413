/** Whole training steps: the real trainer process, from prompts to the recorded step. */
import type { RunConfigInput } from '../../src-preload/contract/config.ts'
import type { Measurement } from './measure.ts'
import { trainedMetrics } from './train.ts'

const measuredSteps = 8

/** Metrics that a step's time splits into. */
const phases = {
  generation: 'timing_s/generate',
  verification: 'timing_s/verify',
  scoring: 'timing_s/reference',
  training: 'timing_s/update',
  storage: 'timing_s/record',
} as const

export interface StepMeasurement extends Measurement {
  readonly stepsPerSecond: number
  /** Share of each phase in the time of a step and of storing it. */
  readonly split: Readonly<Record<keyof typeof phases, number>>
}

/** The shipped Archer setting: 16 prompts × 8 responses, two passes in mini-batches of 8 prompts, KL to the reference. */
const configOf = (model: string, threads: number, prompts: number): RunConfigInput => ({
  name: 'bench',
  steps: measuredSteps,
  model,
  threads,
  rollout: { prompts_per_step: prompts, max_completion_length: 64 },
  update: { mini_batch_prompts: prompts / 2 },
  checkpoint: { every: 0 },
})

/** Seconds and response tokens of the quickest step after the first, and the phases' shares of all steps after it. */
export async function measureSteps(
  folder: string,
  threads: number,
  prompts: number,
  { weights, productFlops }: { readonly weights: number; readonly productFlops: number },
): Promise<StepMeasurement> {
  const metrics = await trainedMetrics(configOf(folder, threads, prompts))
  // The first step compiles; a step's storing is recorded with the next.
  const later = (name: string): readonly number[] => metrics[name]!.slice(1).filter((value) => value !== null)
  const seconds = later('timing_s/step')
  const quickest = seconds.indexOf(Math.min(...seconds))
  const stepSeconds = seconds[quickest]!
  const tokens = later('tokens_per_second')[quickest]! * stepSeconds
  // Sampling 2, reference 2, and two passes of 6 floating-point operations per weight and response token.
  const flops = tokens * weights * (2 + 2 + 2 * 6)
  const total = sum(seconds) + sum(later(phases.storage))
  const split = Object.entries(phases).map(([phase, name]) => [phase, sum(later(name)) / total])
  return {
    what: 'whole step',
    tokensPerSecond: tokens / stepSeconds,
    modelFlops: flops / stepSeconds,
    productFlops,
    stepsPerSecond: 1 / stepSeconds,
    split: Object.fromEntries(split) as StepMeasurement['split'],
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
