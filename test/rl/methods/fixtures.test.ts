/** Loss fixtures: what the reference implementations' own loss functions compute (see test/fixtures/losses). */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parseBatchFile, toMethodBatch } from '../../../src-main/rl/batch-file.ts'
import { type ArcherForm, applyArcher } from '../../../src-main/rl/methods/archer.ts'
import { bindMethod } from '../../../src-main/rl/methods/map.ts'
import type { MethodBatch, MethodOutcome, MetricPart, MiniBatchTotals } from '../../../src-main/rl/methods/method.ts'
import { expectClose, optionsOf } from '../batches.ts'

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

const meanOf = (part: MetricPart | undefined): number =>
  part === undefined ? 0 : 'max' in part ? part.max : part.sum / part.weight

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
    const outcome = method.apply(verl, totals)
    expectOutcome(outcome, f64)
    expectClose(meanOf(outcome.metrics.clip_ratio), f64.pg_clipfrac as number)
    expectClose(meanOf(outcome.metrics['clip_ratio/dual']), f64.pg_clipfrac_lower as number)
    expectClose(meanOf(outcome.metrics.approx_kl), f64.ppo_kl as number)
  })

  skipUnless('grpo_token_mean')('grpo, token mean', () => {
    const { f64 } = recipeOf('grpo_token_mean')!
    const options = optionsOf('grpo', { beta: 0.001, clip_ratio_c: 3, loss_agg_mode: 'token-mean' })
    const outcome = bindMethod(options).apply(verl, totals)
    expectOutcome(outcome, f64)
    expectClose(meanOf(outcome.metrics.kl), f64.kl_loss as number)
  })

  skipUnless('dr_grpo')('dr_grpo: the reference does not divide by the rows', () => {
    const options = optionsOf('grpo', { clip_ratio_c: 3, loss_agg_mode: 'seq-mean-token-sum-norm' })
    const outcome = bindMethod(options).apply(withAdvantages(batch, fixture.advantages.dr_grpo), totals)
    expectOutcome(outcome, recipeOf('dr_grpo')!.f64, totals.rows)
  })

  skipUnless('dapo')('dapo', () => {
    expectOutcome(bindMethod(optionsOf('dapo', { clip_ratio_c: 10 })).apply(verl, totals), recipeOf('dapo')!.f64)
  })

  const asymmetric = {
    low_entropy_clip_ratio_low: 0.2,
    low_entropy_clip_ratio_high: 0.28,
    high_entropy_clip_ratio_low: 0.4,
    high_entropy_clip_ratio_high: 0.6,
    high_entropy_kl_loss_scale_coef: 0.0005,
  }
  const repositoryClasses = { ties: 'knowledge', entropySource: 'policy' } as const

  const archerRecipes = [
    ['archer_code', {}],
    ['archer_math', {}],
    ['archer_asymmetric', asymmetric],
  ] as const
  test.each(archerRecipes.filter(([name]) => recipeOf(name)))('%s, one response per micro-batch', (name, given) => {
    const { f64 } = recipeOf(name)!
    const outcome = bindMethod(optionsOf('archer', { form: 'repository', ...given })).apply(verl, totals)
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
    const form: ArcherForm = { ...repositoryClasses, aggregation: 'token-mean', klMean: 'as-loss' }
    const options = optionsOf('archer', given)
    const { classes } = applyArcher(options, form, verl, totals)
    const share = (kind: number) => classes.filter((value) => value === kind).length / totals.tokens
    const scaled = {
      ...options,
      low_entropy_kl_loss_scale_coef: options.low_entropy_kl_loss_scale_coef / share(1),
      high_entropy_kl_loss_scale_coef: options.high_entropy_kl_loss_scale_coef / share(2),
    }
    expectOutcome(applyArcher(scaled, form, verl, totals), recipeOf(name)!.f64)
  })

  skipUnless('archer_paper_objective')("archer_paper_objective: the printed loss on the repository's classes", () => {
    const options = optionsOf('archer', { clip_ratio_c: null })
    const form: ArcherForm = { ...repositoryClasses, aggregation: 'token-mean', klMean: 'as-loss' }
    expectOutcome(applyArcher(options, form, verl, totals), recipeOf('archer_paper_objective')!.f64)
    const perRow: ArcherForm = { ...form, aggregation: 'seq-mean-token-mean' }
    expectOutcome(applyArcher(options, perRow, verl, totals), recipeOf('archer_paper_objective')!.f64.micro_batch_1!)
  })

  const trlRecipes = [
    ['trl_grpo', { beta: 0.001 }],
    ['trl_bnpo', { loss_agg_mode: 'token-mean' }],
    ['trl_dr_grpo', { loss_agg_mode: 'seq-mean-token-sum-norm' }],
    ['trl_dapo_clip_higher', { loss_agg_mode: 'token-mean', epsilon_high: 0.28 }],
    ['trl_grpo_two_sided', { clip_ratio_c: 1.5 }],
  ] as const
  test.each(trlRecipes.filter(([name]) => recipeOf(name)))('%s', (name, given) => {
    const { f64 } = recipeOf(name)!
    const { batch: fields } = parseBatchFile({ inputs: fixture.inputs })
    const settings = { scale_rewards: 'group', singleton_group: 'drop', eps: 1e-4 } as const
    const { batch: trl } = toMethodBatch(fields, settings)
    expectClose(trl.advantages, f64.advantages_per_response as number[])
    const outcome = bindMethod(optionsOf('grpo', given)).apply(trl, totals)
    expectOutcome(outcome, f64)
    const metrics = f64.metrics as Record<string, number>
    expectClose(meanOf(outcome.metrics['clip_ratio/low']), metrics['clip_ratio/low_mean']!)
    expectClose(meanOf(outcome.metrics['clip_ratio/high']), metrics['clip_ratio/high_mean']!)
    expectClose(meanOf(outcome.metrics.clip_ratio), metrics['clip_ratio/region_mean']!)
  })
})
