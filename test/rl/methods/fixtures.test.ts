/** Loss fixtures: what the reference implementations' own loss functions compute (see test/fixtures/losses). */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parseBatchFile, toMethodBatch } from '../../../src-main/rl/batch-file.ts'
import { tokenCovariances } from '../../../src-main/rl/covariance.ts'
import { applyClipCov, clipCovCandidates } from '../../../src-main/rl/methods/clip-cov.ts'
import { bindMethod } from '../../../src-main/rl/methods/map.ts'
import {
  clipFlag,
  type MethodBatch,
  type MethodOutcome,
  type MetricPart,
  type MiniBatchTotals,
} from '../../../src-main/rl/methods/method.ts'
import { expectClose, optionsOf, planAndApply } from '../batches.ts'

interface Numbers {
  readonly total_loss: number
  readonly d_total_d_log_prob: number[][]
  readonly [name: string]: unknown
}
interface Fixture {
  readonly inputs: Record<string, unknown> & { mask: number[][] }
  readonly advantages: Record<'grpo' | 'dr_grpo', number[][]>
  readonly recipes: Record<string, { config: Record<string, unknown>; f64: Numbers & { micro_batch_1?: Numbers } }>
}
type Case = { readonly fixture: Fixture; readonly batch: MethodBatch; readonly totals: MiniBatchTotals }

function load(name: string): Case {
  const fixture = JSON.parse(
    readFileSync(new URL(`../../fixtures/losses/loss_${name}.json`, import.meta.url), 'utf8'),
  ) as Fixture
  const { batch: fields } = parseBatchFile({ inputs: fixture.inputs })
  return { fixture, ...toMethodBatch(fields, { scale_rewards: 'group', singleton_group: 'keep' }) }
}

/** The recipes of the Archer repository hold A as float32; ours are float64 of the same rewards. */
function withAdvantages(batch: MethodBatch, matrix: readonly number[][]): MethodBatch {
  return { ...batch, advantages: Float64Array.from(matrix, (row) => row[0]!) }
}

function expectOutcome(outcome: MethodOutcome, expected: Numbers, scale = 1): void {
  expectClose(outcome.loss * scale, expected.total_loss)
  expectClose(
    outcome.dLogprobs.map((gradient) => gradient * scale),
    expected.d_total_d_log_prob.flat(),
  )
}

const meanOf = (part: MetricPart | undefined): number => (part && 'sum' in part ? part.sum / part.weight : 0)

const cases = [['ragged', load('ragged')] as const, ['groups', load('groups')] as const]

describe.each(cases)('%s', (_, { fixture, batch, totals }) => {
  const recipeOf = (name: string) => fixture.recipes[name]
  const verl = withAdvantages(batch, fixture.advantages.grpo)
  const skipUnless = (name: string) => test.skipIf(!recipeOf(name))

  test('advantages', () => {
    expectClose(
      batch.advantages,
      fixture.advantages.grpo.map((row) => row[0]!),
    )
    const { batch: fields } = parseBatchFile({ inputs: fixture.inputs })
    const unscaled = toMethodBatch(fields, { scale_rewards: 'none', singleton_group: 'keep' })
    expectClose(
      unscaled.batch.advantages,
      fixture.advantages.dr_grpo.map((row) => row[0]!),
    )
  })

  skipUnless('grpo')('grpo', () => {
    const { f64 } = recipeOf('grpo')!
    const method = bindMethod(optionsOf('grpo', { beta: 0.001, clip_ratio_c: 3 }))
    const outcome = planAndApply(method, verl, totals)
    expectOutcome(outcome, f64)
    expectClose(meanOf(outcome.metrics.clip_ratio), f64.pg_clipfrac as number)
    expectClose(meanOf(outcome.metrics['clip_ratio/dual']), f64.pg_clipfrac_lower as number)
    expectClose(meanOf(outcome.metrics.approx_kl), f64.ppo_kl as number)
  })

  skipUnless('grpo_token_mean')('grpo, token mean', () => {
    const { f64 } = recipeOf('grpo_token_mean')!
    const options = optionsOf('grpo', { beta: 0.001, clip_ratio_c: 3, loss_agg_mode: 'token-mean' })
    const outcome = planAndApply(bindMethod(options), verl, totals)
    expectOutcome(outcome, f64)
    expectClose(meanOf(outcome.metrics.kl), f64.kl_loss as number)
  })

  skipUnless('dr_grpo')('dr_grpo: the reference does not divide by the rows', () => {
    const options = optionsOf('dr_grpo', { clip_ratio_c: 3 })
    const outcome = planAndApply(bindMethod(options), withAdvantages(batch, fixture.advantages.dr_grpo), totals)
    expectOutcome(outcome, recipeOf('dr_grpo')!.f64, totals.rows)
  })

  skipUnless('dapo')('dapo', () => {
    expectOutcome(
      planAndApply(bindMethod(optionsOf('dapo', { clip_ratio_c: 10 })), verl, totals),
      recipeOf('dapo')!.f64,
    )
  })

  const asymmetric = {
    low_entropy_clip_ratio_low: 0.2,
    low_entropy_clip_ratio_high: 0.28,
    high_entropy_clip_ratio_low: 0.4,
    high_entropy_clip_ratio_high: 0.6,
    high_entropy_kl_loss_scale_coef: 0.0005,
  }
  const repositoryClasses = { ties: 'knowledge', entropy_source: 'policy' } as const

  const archerRecipes = [
    ['archer_code', {}],
    ['archer_math', {}],
    ['archer_asymmetric', asymmetric],
  ] as const
  test.each(archerRecipes.filter(([name]) => recipeOf(name)))('%s, one response per micro-batch', (name, given) => {
    const { f64 } = recipeOf(name)!
    const outcome = planAndApply(bindMethod(optionsOf('archer', { form: 'repository', ...given })), verl, totals)
    expectOutcome(outcome, f64.micro_batch_1!)
    expect([...outcome.classes].map((kind) => Number(kind === 1))).toEqual((f64.mask_low_entropy as number[][]).flat())
    expect([...outcome.classes].map((kind) => Number(kind === 2))).toEqual((f64.mask_high_entropy as number[][]).flat())
    expectClose(meanOf(outcome.metrics['clip_ratio/knowledge']), f64.pg_clipfrac_low_entropy as number)
    expectClose(meanOf(outcome.metrics['clip_ratio/reasoning']), f64.pg_clipfrac_high_entropy as number)
    expectClose(meanOf(outcome.metrics['kl/knowledge']), f64.kl_loss_low_entropy as number)
    expectClose(meanOf(outcome.metrics['kl/reasoning']), f64.kl_loss_high_entropy as number)
  })

  test.each(archerRecipes.filter(([name]) => recipeOf(name)))('%s, the mini-batch at once', (name, given) => {
    // A mean over a class's own tokens is a mean over all tokens with the weight divided by the class's share.
    const options = optionsOf('archer', { ...repositoryClasses, ...given })
    const { classes } = planAndApply(bindMethod(options), verl, totals)
    const share = (kind: number) => classes.filter((value) => value === kind).length / totals.tokens
    const scaled = {
      ...options,
      low_entropy_kl_loss_scale_coef: options.low_entropy_kl_loss_scale_coef / share(1),
      high_entropy_kl_loss_scale_coef: options.high_entropy_kl_loss_scale_coef / share(2),
    }
    expectOutcome(planAndApply(bindMethod(scaled), verl, totals), recipeOf(name)!.f64)
  })

  skipUnless('archer_paper_objective')("archer_paper_objective: the printed loss on the repository's classes", () => {
    const options = { ...repositoryClasses, clip_ratio_c: null }
    const apply = (given: object) =>
      planAndApply(bindMethod(optionsOf('archer', { ...options, ...given })), verl, totals)
    expectOutcome(apply({}), recipeOf('archer_paper_objective')!.f64)
    const perRow = apply({ aggregation: 'seq-mean-token-mean' })
    expectOutcome(perRow, recipeOf('archer_paper_objective')!.f64.micro_batch_1!)
  })

  const trlRecipes = [
    ['trl_grpo', { beta: 0.001 }],
    ['trl_bnpo', { loss_agg_mode: 'token-mean' }],
    ['trl_dr_grpo', { loss_agg_mode: 'seq-mean-token-sum-norm' }],
    ['trl_dapo_clip_higher', { loss_agg_mode: 'token-mean', epsilon_high: 0.28 }],
    ['trl_grpo_two_sided', { clip_ratio_c: 1.5 }],
  ] as const
  const trlBatch = () => {
    const { batch: fields } = parseBatchFile({ inputs: fixture.inputs })
    return toMethodBatch(fields, { scale_rewards: 'group', singleton_group: 'drop', eps: 1e-4 }).batch
  }
  test.each(trlRecipes.filter(([name]) => recipeOf(name)))('%s', (name, given) => {
    const { f64 } = recipeOf(name)!
    const trl = trlBatch()
    expectClose(trl.advantages, f64.advantages_per_response as number[])
    const outcome = planAndApply(bindMethod(optionsOf('grpo', given)), trl, totals)
    expectOutcome(outcome, f64)
    const metrics = f64.metrics as Record<string, number>
    expectClose(meanOf(outcome.metrics['clip_ratio/low']), metrics['clip_ratio/low_mean']!)
    expectClose(meanOf(outcome.metrics['clip_ratio/high']), metrics['clip_ratio/high_mean']!)
    expectClose(meanOf(outcome.metrics.clip_ratio), metrics['clip_ratio/region_mean']!)
  })

  const masked = { denominator: 'all', epsilon_high: 0.28 } as const
  const maskRecipes = [
    ['trl_dapo_80_20', masked],
    ['trl_grpo_80_20_kl', { ...masked, epsilon_high: 0.2, beta: 0.001, loss_agg_mode: 'seq-mean-token-mean' }],
  ] as const
  test.each(maskRecipes.filter(([name]) => recipeOf(name)))('%s', (name, given) => {
    const { f64 } = recipeOf(name)!
    const outcome = planAndApply(bindMethod(optionsOf('entropy_mask', given)), trlBatch(), totals)
    expectOutcome(outcome, f64)
    expect([...outcome.classes].map((kind) => Number(kind === 2))).toEqual((f64.mask_high_entropy as number[][]).flat())
    const threshold = meanOf(outcome.metrics.entropy_threshold)
    expectClose(threshold, f64.entropy_threshold_batch as number)
  })

  test.each(['clip_cov_all', 'clip_cov_random', 'clip_cov_defaults'].filter(recipeOf))('%s', (name) => {
    const { config, f64 } = recipeOf(name)!
    const { clip_cov_ratio, clip_cov_lb, clip_cov_ub } = config as Record<
      'clip_cov_ratio' | 'clip_cov_lb' | 'clip_cov_ub',
      number
    >
    const options = optionsOf('clip_cov', { clip_cov_ratio, clip_cov_lb, clip_cov_ub, epsilon: 0.2, epsilon_high: 0.2 })
    expectClose(
      tokenCovariances(verl),
      (f64.covariance_per_token as number[][]).flatMap((row, r) =>
        row.map((value, t) => value * fixture.inputs.mask[r]![t]!),
      ),
    )
    expect([...clipCovCandidates(options, verl)]).toEqual((f64.candidates as number[][]).flat())
    // Which candidates are drawn is torch's; the loss of its draw is ours.
    const picked = (f64.picked as number[][]).flat()
    const tokens = [...picked.keys()].filter((token) => picked[token] === 1)
    expectOutcome(applyClipCov(options, verl, totals, tokens), f64)
    const drawn = planAndApply(bindMethod(options), verl, totals).clips.filter((clip) => clip === clipFlag.covariance)
    expect(drawn.length).toBe(tokens.length)
  })

  test.each(['kl_cov', 'kl_cov_defaults'].filter(recipeOf))('%s', (name) => {
    const { config, f64 } = recipeOf(name)!
    const outcome = planAndApply(
      bindMethod(optionsOf('kl_cov', { kl_cov_ratio: config.kl_cov_ratio as number })),
      verl,
      totals,
    )
    expectOutcome(outcome, f64)
    expect([...outcome.clips].map((clip) => Number(clip === clipFlag.covariance))).toEqual(
      (f64.picked as number[][]).flat(),
    )
  })

  test('every recipe of the file is tested', () => {
    const tested = ['grpo', 'grpo_token_mean', 'dr_grpo', 'dapo', 'archer_paper_objective']
    const families = [...archerRecipes, ...trlRecipes, ...maskRecipes].map(([name]) => name as string)
    const covariance = ['clip_cov_all', 'clip_cov_random', 'clip_cov_defaults', 'kl_cov', 'kl_cov_defaults']
    expect(Object.keys(fixture.recipes).sort()).toEqual([...tested, ...families.filter(recipeOf), ...covariance].sort())
  })
})
