import { z } from 'zod'
import { rewardSchema } from '../../src-preload/contract/config.ts'
import { type MethodConfig, methodSchema } from '../../src-preload/contract/method.ts'
import { UserError } from '../util/assert.ts'
import { randomStream, uniform } from '../util/rng.ts'
import { parseBatchFile, parseOrExplain, toMethodBatch } from './batch-file.ts'
import { advantageOptions, bindMethod } from './methods/map.ts'
import { clipFlag, type MethodBatch, tokenClass } from './methods/method.ts'
import { MetricSums } from './metric-sums.ts'

/** What a method does to a batch; matrices have the shape of the batch file's. */
export interface MethodReport {
  /** The method with every option it ran under. */
  readonly method: MethodConfig
  readonly loss: number
  /** [rows] */
  readonly advantages: readonly number[]
  /** dLoss/dlp, dLoss/dH and the loss's slope along the full KL to the reference, [rows][width]. */
  readonly d_log_prob: readonly (readonly number[])[]
  readonly d_entropy: readonly (readonly number[])[]
  readonly d_ref_kl: readonly (readonly number[])[]
  /** `reasoning`, `knowledge` or `masked`, [rows][width]. */
  readonly classes: readonly (readonly string[])[]
  /** `low`, `high`, `dual`, `covariance`, or empty for a token that is not clipped, [rows][width]. */
  readonly clips: readonly (readonly string[])[]
  readonly metrics: Readonly<Record<string, number>>
}

/** Options beside the method's own: how rewards become advantages, and where in a run the batch stands. */
const batchOptionsSchema = rewardSchema.pick({ scale_rewards: true, singleton_group: true }).extend({
  max_completion_length: z
    .int()
    .min(1)
    .optional()
    .meta({ description: "Dr. GRPO's length; the widest row when absent.", unit: 'tokens' }),
  step: z
    .int()
    .min(0)
    .default(0)
    .meta({ description: 'Rollout batches before this one, for schedules.', unit: 'steps' }),
  steps: z.int().min(1).default(1).meta({ description: 'Rollout batches of the run, for schedules.', unit: 'steps' }),
  seed: z.int().min(0).default(1).meta({ description: 'Seed of a random choice, as Clip-Cov makes.' }),
})

/**
 * Applies a method to a batch: the body of `quiver method NAME --batch FILE.json --set key=value`.
 * `file` is the parsed JSON; its `options` and then `overrides` replace the method's defaults.
 * Throws UserError for an unknown method, an unknown option or a batch of the wrong shape.
 */
export function runMethod(
  name: string,
  file: unknown,
  overrides: Readonly<Record<string, unknown>> = {},
): MethodReport {
  const { batch: fields, options } = parseBatchFile(file)
  const { method, batchOptions } = readOptions(name, { ...options, ...overrides })
  const { batch, totals } = toMethodBatch(fields, {
    ...advantageOptions(method.name, batchOptions),
    maxCompletionLength: batchOptions.max_completion_length,
  })
  const bound = bindMethod(method)
  const { seed, step, steps } = batchOptions
  const plan = bound.plan({ batch: sampledBatch(batch), step, steps })
  const draw = (counter: number) => uniform(seed, randomStream.selection, step, 0, counter)
  const outcome = bound.apply(batch, totals, { facts: plan.facts, uniform: draw })
  const metrics = new MetricSums()
  metrics.merge(outcome.metrics)
  return {
    method,
    loss: outcome.loss,
    advantages: [...batch.advantages],
    d_log_prob: toRows(outcome.dLogprobs, batch),
    d_entropy: toRows(outcome.dEntropies ?? new Float64Array(batch.mask.length), batch),
    d_ref_kl: toRows(outcome.dReferenceKls ?? new Float64Array(batch.mask.length), batch),
    classes: toRows(outcome.classes, batch).map((row) => row.map((kind) => nameOf(tokenClass, kind))),
    clips: toRows(outcome.clips, batch).map((row) => row.map((flag) => nameOf(clipFlag, flag))),
    metrics: { ...plan.metrics, ...metrics.means() },
  }
}

/** The batch as its rollout policy saw it. */
const sampledBatch = (batch: MethodBatch): MethodBatch => ({
  ...batch,
  policyLogprobs: batch.oldLogprobs,
  policyEntropies: batch.rolloutEntropies,
})

function readOptions(name: string, options: Readonly<Record<string, unknown>>) {
  const names = methodSchema.options.map((option) => option.shape.name.value)
  if (!names.some((known) => known === name))
    throw new UserError(`There is no method "${name}". Choose one of ${names.join(', ')}.`)
  const isBatchOption = ([key]: [string, unknown]) => Object.hasOwn(batchOptionsSchema.shape, key)
  const entries = Object.entries(options)
  const own = Object.fromEntries(entries.filter((entry) => !isBatchOption(entry)))
  return {
    method: parseOrExplain(methodSchema, { ...own, name }, `An option of ${name}`),
    batchOptions: parseOrExplain(batchOptionsSchema, Object.fromEntries(entries.filter(isBatchOption)), 'An option'),
  }
}

function toRows(column: Float64Array | Uint8Array, { rowOffsets }: MethodBatch): number[][] {
  return Array.from({ length: rowOffsets.length - 1 }, (_, row) => [
    ...column.subarray(rowOffsets[row], rowOffsets[row + 1]),
  ])
}

function nameOf(names: Readonly<Record<string, number>>, value: number): string {
  return Object.entries(names).find(([, code]) => code === value)?.[0] ?? ''
}
