import type { RunConfig } from '../../src-preload/contract/config.ts'
import type { OptimizerOptions, Policy, TokenStatistics } from '../model/policy.ts'
import { joinRows, microBatches, splitByRow, toTokenRows } from '../model/rows.ts'
import { permutation, randomStream, uniform } from '../util/rng.ts'
import type { RunControl } from './control.ts'
import { methodBatch, totalsOf, type UpdateRow } from './method-batch.ts'
import type { BoundMethod } from './methods/map.ts'
import type { MethodOutcome, MiniBatchTotals, UpdateContext } from './methods/method.ts'
import { MetricSums } from './metric-sums.ts'
import { gapForcesScoring, gapSum, scoreOldLogprobs } from './old-logprobs.ts'
import { planRollout } from './plan-rollout.ts'
import type { RolloutGroup } from './rollout.ts'
import { learningRate } from './schedule.ts'
import { methodFlags } from './trace-flags.ts'

export interface UpdateSources {
  readonly config: RunConfig
  readonly policy: Policy
  readonly method: BoundMethod
  readonly control: RunControl
}

/**
 * Trains on a rollout batch: `num_iterations` passes, mini-batches of whole groups, exact micro-batches.
 * The last pass leaves its log-probabilities, classes and clip flags on the rollouts. Returns the step's metrics.
 */
export async function updatePolicy(
  sources: UpdateSources,
  groups: readonly RolloutGroup[],
  step: number,
): Promise<Record<string, number>> {
  const { config, control, policy } = sources
  const sums = new MetricSums()
  const rows = updateRows(
    groups.filter((group) => !group.filtered),
    config,
  )
  if (config.reward.drop_truncated_completions)
    sums.add('completions/dropped_truncated', rows.flat().filter(({ excluded }) => excluded).length, 1)
  if (config.update.old_logprobs === 'always') await scoreOldLogprobs(sources, rows.flat())
  const { facts, metrics } = await planRollout(sources, rows.flat(), step)
  const plan = miniBatchPlan(config, rows, step)
  for (const [index, miniBatch] of plan.entries()) {
    await control.proceed('update', index / plan.length)
    const draw = (counter: number) => uniform(config.seed, randomStream.selection, step, index, counter)
    const first = index === 0 ? rows.flat() : undefined
    const trained = await accumulateGradients(sources, miniBatch, sums, { facts, uniform: draw, first })
    if (!trained) {
      sums.add('skipped_updates', 1, 0)
      continue
    }
    const { gradNorm, skipped } = await policy.optimizerStep(optimizerOptions(config, step))
    if (skipped) sums.add('skipped_updates', 1, 0)
    else sums.add('grad_norm', gradNorm, 1)
  }
  if (plan.length === 0) sums.add('skipped_updates', 1, 0)
  return { ...metrics, ...sums.means(), learning_rate: learningRate(config, step) }
}

function updateRows(groups: readonly RolloutGroup[], config: RunConfig): UpdateRow[][] {
  const { mask_truncated_completions, drop_truncated_completions } = config.reward
  const excludeTruncated = mask_truncated_completions || drop_truncated_completions
  return groups.map((group, index) =>
    group.rollouts.map((rollout) => ({
      rollout,
      group: index,
      promptIds: group.problem.promptIds,
      ids: rollout.ids,
      excluded: excludeTruncated && rollout.finishReason === 'length',
    })),
  )
}

/** Mini-batches of whole groups, in a fresh order per pass that is a pure function of (seed, step, pass). */
function miniBatchPlan(config: RunConfig, groups: readonly UpdateRow[][], step: number): UpdateRow[][] {
  const { num_iterations, mini_batch_prompts } = config.update
  const plan: UpdateRow[][] = []
  for (let iteration = 0; iteration < num_iterations; iteration++) {
    const order = permutation(groups.length, config.seed, step * num_iterations + iteration)
    for (let start = 0; start < groups.length; start += mini_batch_prompts)
      plan.push([...order.slice(start, start + mini_batch_prompts)].flatMap((index) => groups[index]!))
  }
  return plan
}

interface Update extends UpdateContext {
  /** All rows of the step while the policy is still the one that sampled. */
  readonly first: readonly UpdateRow[] | undefined
}

/** Adds the gradients of one mini-batch. False when it holds no token to learn from. */
async function accumulateGradients(
  sources: UpdateSources,
  miniBatch: readonly UpdateRow[],
  sums: MetricSums,
  update: Update,
): Promise<boolean> {
  const { config, policy, method, control } = sources
  const totals = totalsOf(miniBatch, config)
  if (totals.tokens === 0) return false
  const { temperature } = config.rollout
  const across = method.scope === 'miniBatch'
  const cutRows = across || method.scope === 'microBatch' ? microBatches : trainedApart
  const micros = cutRows(miniBatch, config.update.micro_batch_tokens)
  const whole =
    micros.length > 1 && across ? await outcomesFromStatisticsPass(sources, micros, totals, update) : undefined
  for (const [index, micro] of micros.entries()) {
    if (index > 0) await control.proceed('update', index / micros.length)
    const statistics = await policy.forward(toTokenRows(micro), temperature, method.needsReferenceKl)
    if (update.first) await watchGap(sources, update.first, micro, statistics, sums)
    const outcome = whole?.[index] ?? method.apply(methodBatch(micro, statistics), totals, update)
    keepOnRollouts(micro, statistics, outcome)
    sums.merge(outcome.metrics)
    const { dLogprobs, dEntropies, dReferenceKls } = outcome
    if ([dLogprobs, dEntropies, dReferenceKls].every(isZero)) continue
    await policy.backward(Float32Array.from(dLogprobs), single(dEntropies), single(dReferenceKls))
  }
  return true
}

/** Methods that look across micro-batches first see the whole mini-batch; its outcome is then cut per micro-batch. */
async function outcomesFromStatisticsPass(
  { policy, method, config }: UpdateSources,
  micros: readonly UpdateRow[][],
  totals: MiniBatchTotals,
  context: UpdateContext,
): Promise<MethodOutcome[]> {
  const statistics: TokenStatistics[] = []
  for (const micro of micros)
    statistics.push(
      await policy.score(toTokenRows(micro), config.rollout.temperature, 'policy', 0, method.needsReferenceKl),
    )
  const joined = {
    logprobs: joinRows(statistics.map((part) => part.logprobs)),
    entropies: joinRows(statistics.map((part) => part.entropies)),
    ...(method.needsReferenceKl && { referenceKls: joinRows(statistics.map((part) => part.referenceKls!)) }),
  }
  const microOfRow = Int32Array.from(micros.flatMap((micro, index) => micro.map(() => index)))
  const batch = { ...methodBatch(micros.flat(), joined), microBatches: microOfRow }
  const whole = method.apply(batch, totals, context)
  let offset = 0
  return statistics.map((part, index) => {
    const start = offset
    offset += part.logprobs.length
    return {
      loss: index === 0 ? whole.loss : 0,
      dLogprobs: whole.dLogprobs.slice(start, offset),
      ...(whole.dEntropies && { dEntropies: whole.dEntropies.slice(start, offset) }),
      ...(whole.dReferenceKls && { dReferenceKls: whole.dReferenceKls.slice(start, offset) }),
      classes: whole.classes.slice(start, offset),
      clips: whole.clips.slice(start, offset),
      metrics: index === 0 ? whole.metrics : {},
    }
  })
}

/** Rows of zero advantage in micro-batches of their own: most methods give them no gradient, so no backward pass. */
function trainedApart(rows: readonly UpdateRow[], maxTokens: number): UpdateRow[][] {
  const idle = ({ rollout, excluded }: UpdateRow) => excluded || rollout.advantage === 0
  return [rows.filter((row) => !idle(row)), rows.filter(idle)].flatMap((part) => microBatches(part, maxTokens))
}

const isZero = (cotangents: Float64Array | undefined): boolean => cotangents?.every((value) => value === 0) ?? true
const single = (cotangents: Float64Array | undefined) => cotangents && Float32Array.from(cotangents)

/** The gap is zero but for rounding, so a number to watch; one too large has all old log-probabilities scored. */
async function watchGap(
  sources: UpdateSources,
  all: readonly UpdateRow[],
  micro: readonly UpdateRow[],
  { logprobs }: TokenStatistics,
  sums: MetricSums,
): Promise<void> {
  const sum = gapSum(micro, logprobs)
  sums.add('rollout_train_gap', sum, logprobs.length)
  const scored = all.every(({ rollout }) => rollout.oldLogprobs)
  if (!scored && gapForcesScoring(sources.config, sum / Math.max(1, logprobs.length)))
    await scoreOldLogprobs(sources, all)
}

function keepOnRollouts(rows: readonly UpdateRow[], statistics: TokenStatistics, outcome: MethodOutcome): void {
  const logprobs = splitByRow(statistics.logprobs, rows)
  let offset = 0
  rows.forEach((row, index) => {
    row.rollout.policyLogprobs = logprobs[index]!
    row.rollout.flags.set(methodFlags(outcome, offset, offset + row.ids.length))
    offset += row.ids.length
  })
}

function optimizerOptions(config: RunConfig, step: number): OptimizerOptions {
  const { beta1, beta2, eps, weight_decay, max_grad_norm } = config.optimizer
  return {
    learningRate: learningRate(config, step),
    betas: [beta1, beta2],
    eps,
    weightDecay: weight_decay,
    maxGradNorm: max_grad_norm ?? Number.POSITIVE_INFINITY,
  }
}
