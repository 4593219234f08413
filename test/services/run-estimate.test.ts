import { expect, test } from 'vitest'
import {
  diskEstimate,
  nearestRates,
  sampleCounts,
  timeFromRate,
  timeFromRun,
} from '../../src-main/services/run-estimate.ts'
import type { RunRates } from '../../src-main/store/run-rates.ts'
import { type RunConfigInput, runConfigSchema } from '../../src-preload/contract/config.ts'
import {
  type DiskEstimate,
  diskFits,
  diskSentences,
  type ModelEstimate,
  type SampleCounts,
  samplesSentences,
  secondsText,
  type TimeEstimate,
  timeSentences,
} from '../../src-preload/contract/estimate.ts'
import { plainSentence } from '../../src-preload/contract/sentence.ts'

const samplesSentence = (samples: SampleCounts) => samplesSentences(samples).map(plainSentence).join(' ')
const diskSentence = (disk: DiskEstimate) => diskSentences(disk).map(plainSentence).join(' ')
const timeSentence = (time: TimeEstimate | null) => timeSentences(time).map(plainSentence).join(' ')

const parts = { process: 0, weights: 4e6, reference: 0, gradients: 4e6, optimizer: 8e6, activations: 0, cache: 0 }
const train = { problems: 64, duplicates: 0, withoutAnswer: 0, counted: 64, tooLong: 0, meanTokens: 8, mostTokens: 9 }
const model: ModelEstimate = {
  data: { train, heldOut: null, overlap: { alike: 0, passage: 0 }, refusedForm: null },
  memory: { parts, peak: 16e6, machine: 1e9, card: null, gradientCheckpointing: false },
  productWeights: 1e6,
  needsReference: true,
  productRate: 1e10,
}
const rates = (config: RunConfigInput = {}, changes: Partial<RunRates> = {}): RunRates => ({
  id: 'a',
  name: 'before',
  config: runConfigSchema.parse(config),
  steps: 40,
  meanLength: 32,
  seconds: { generate: 2, verify: 1, reference: 0.5, update: 4, record: 0.5 },
  traceBytesPerToken: 8,
  textBytesPerToken: 4,
  ...changes,
})
const counts = (config: RunConfigInput, measured: RunRates | null = null) =>
  sampleCounts(runConfigSchema.parse(config), { problems: 1000, heldOut: 300 }, measured)

test('samples are counted from the settings: responses, passes, evaluations, tokens at most', () => {
  const config = { steps: 100, evaluation: { dataset: 'x', every: 30, n: 3, limit: 256 } } as const
  const samples = counts(config)
  expect(samples).toMatchObject({ responses: 12_800, epochs: 1.6, mostTokens: 12_800 * 96, tokens: 12_800 * 96 })
  // At the start, at 30, 60, 90 and the end; each problem once greedily and three times sampled.
  expect(samples).toMatchObject({ evaluations: 5, evaluationResponses: 5 * 256 * 4 })
  expect(counts({ evaluation: { dataset: 'x', every: 0 } }).evaluations).toBe(2)
  expect(counts(config, rates()).tokens).toBe(12_800 * 32)
  expect(samplesSentence(samples)).toContain('12.8k in all')
  expect(samplesSentence(counts(config, rates()))).toContain('the mean length of “before” (32)')
})

test('disk holds the kept checkpoints, the one being written, traces and records', () => {
  const config = (changes: RunConfigInput) => runConfigSchema.parse({ steps: 100, ...changes })
  const disk = (changes: RunConfigInput, free = 1e12) => {
    const run = config(changes)
    return diskEstimate(run, counts(run), { model, rates: null, free })
  }
  expect(disk({ checkpoint: { every: 10, keep: 3 } })).toMatchObject({ checkpoint: 12e6, checkpoints: 4 })
  expect(disk({ checkpoint: { every: 0 } }).checkpoints).toBe(1)
  const traces = disk({}).traces
  expect(traces).toBeCloseTo(12_800 * 96 * 8 * 1.1, 3)
  expect(disk({ trace: { every: 4 } }).traces).toBeCloseTo(traces / 4, 3)
  expect(disk({ trace: { groups: 4 } }).traces).toBeCloseTo(traces / 4, 3)
  const full = disk({}, 20e6)
  expect(diskFits(full)).toBe(false)
  expect(diskSentence(full)).toContain('Only 19 MiB are free')
  expect(diskSentence(disk({}))).toMatch(/^It will write about .* are free on the disk of the workspace\.$/)
})

test('times of an earlier run grow with responses, tokens and passes', () => {
  const measured = rates()
  const like = timeFromRun(measured.config, counts({}, measured), { rates: measured, model })
  expect(like.secondsPerStep).toBeCloseTo(8, 9)
  const none = sampleCounts(measured.config, { problems: 1000, heldOut: 0 }, measured)
  expect(timeFromRun(measured.config, none, { rates: measured, model }).evaluationSeconds).toBe(0)
  const evaluated = { steps: 100, evaluation: { dataset: 'x', every: 50, n: 3, limit: 128 } } as const
  const samples = counts(evaluated, measured)
  const withEvaluations = timeFromRun(runConfigSchema.parse(evaluated), samples, { rates: measured, model })
  // Three evaluations of 512 responses; a step samples and verifies 128 in 3 s.
  expect(withEvaluations.evaluationSeconds).toBeCloseTo(3 * 4 * 3, 9)
  expect(withEvaluations.seconds).toBeCloseTo(800 + 36, 9)
  expect(timeSentence(withEvaluations)).toContain('and 36 s for the evaluations')
  const twice = runConfigSchema.parse({ rollout: { prompts_per_step: 32 }, update: { num_iterations: 4 } })
  const time = timeFromRun(twice, counts(twice, measured), { rates: measured, model })
  expect(time.phases).toEqual({ generate: 4, verify: 2, reference: 1, update: 16, record: 1 })
  expect(timeSentence(time)).toContain('As measured in the last 40 steps of “before”')
  const without = timeFromRun(measured.config, counts({}, measured), {
    rates: measured,
    model: { ...model, needsReference: false },
  })
  expect(without.phases.reference).toBe(0)
})

test('the nearest run has the same device and adapter, and steps of like size', () => {
  const config = runConfigSchema.parse({ rollout: { num_generations: 16 } })
  const far = rates({ rollout: { num_generations: 2 } }, { id: 'far' })
  const near = rates({ rollout: { num_generations: 12 } }, { id: 'near' })
  expect(nearestRates(config, [far, near])?.id).toBe('near')
  const brief = rates({ rollout: { num_generations: 12 } }, { id: 'brief', steps: 2 })
  expect(nearestRates(config, [brief, near])?.id).toBe('near')
  expect(nearestRates(config, [rates({ lora: {} }), rates({ device: 'webgpu' })])).toBeNull()
})

test('without a run the time follows from the rate of matrix products, and says so', () => {
  const run = runConfigSchema.parse({})
  const time = timeFromRate(run, counts({}), model)!
  const forward = 2 * 1e6 * 128 * 96
  expect(time.phases.update / time.phases.reference).toBeCloseTo(2 * 3, 6)
  expect(time.phases.generate).toBeGreaterThan(forward / 1e10)
  expect(timeSentence(time)).toContain('10 GFLOP/s')
  expect(timeFromRate(run, counts({}), { ...model, productRate: null })).toBeNull()
  expect(timeSentence(null)).toContain('not known')
  expect([0.84, 75, 3600, 9000, 4e5].map(secondsText)).toEqual(['0.8 s', '75 s', '60 min', '2.5 h', '4.6 d'])
})
