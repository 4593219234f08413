/** Properties of methods.md 10.12 that concern GRPO, DAPO and Archer. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bindMethod } from '../../../src-main/rl/methods/map.ts'
import type { MethodBatch } from '../../../src-main/rl/methods/method.ts'
import { MetricSums } from '../../../src-main/rl/metric-sums.ts'
import type { MethodConfig } from '../../../src-preload/contract/method.ts'
import { expectClose, optionsOf, type Row, toBatch, totalsOf } from '../batches.ts'

/** Every method with every term switched on. */
const configs: readonly MethodConfig[] = [
  optionsOf('grpo', { beta: 0.1, clip_ratio_c: 3 }),
  optionsOf('grpo', { beta: 0.1, loss_agg_mode: 'seq-mean-token-sum' }),
  optionsOf('grpo', { loss_agg_mode: 'seq-mean-token-sum-norm' }),
  optionsOf('dapo', { beta: 0.1 }),
  optionsOf('archer', { high_entropy_kl_loss_scale_coef: 0.05, low_entropy_kl_loss_scale_coef: 0.2 }),
  optionsOf('archer', {
    form: 'repository',
    high_entropy_kl_loss_scale_coef: 0.05,
    low_entropy_kl_loss_scale_coef: 0.2,
  }),
]

const logprob = fc.double({ min: -6, max: 0, noNaN: true })
const gap = fc.double({ min: -1.5, max: 1.5, noNaN: true })
const token = fc.record({
  old: logprob,
  policyGap: gap,
  referenceGap: gap,
  // Few distinct values, so that ties at the threshold are common.
  entropy: fc.integer({ min: 0, max: 12 }).map((value) => value / 8),
  policyEntropy: fc.integer({ min: 0, max: 12 }).map((value) => value / 8),
  counted: fc.integer({ min: 0, max: 5 }).map((value) => Number(value > 0)),
})
const row: fc.Arbitrary<Row> = fc
  .tuple(fc.double({ min: -2, max: 2, noNaN: true }), fc.array(token, { minLength: 0, maxLength: 9 }))
  .map(([advantage, tokens]) => ({
    advantage,
    old: tokens.map(({ old }) => old),
    policy: tokens.map(({ old, policyGap }) => old + policyGap),
    reference: tokens.map(({ old, referenceGap }) => old + referenceGap),
    entropies: tokens.map(({ entropy }) => entropy),
    policyEntropies: tokens.map(({ policyEntropy }) => policyEntropy),
    mask: tokens.map(({ counted }) => counted),
  }))
const rows = fc.array(row, { minLength: 1, maxLength: 6 })

const apply = (config: MethodConfig, given: readonly Row[], totals = totalsOf(given, 16)) =>
  bindMethod(config).apply(toBatch(given), totals)

function check(property: (given: Row[], config: MethodConfig) => void): void {
  fc.assert(fc.property(rows, fc.constantFrom(...configs), property), { numRuns: 200 })
}

test('equal clips and equal KL weights make Archer GRPO with a token mean', () => {
  const archer = optionsOf('archer', {
    high_entropy_clip_ratio_low: 0.2,
    high_entropy_clip_ratio_high: 0.2,
    high_entropy_kl_loss_scale_coef: 0.1,
    low_entropy_kl_loss_scale_coef: 0.1,
  })
  const grpo = optionsOf('grpo', { beta: 0.1, clip_ratio_c: 10, loss_agg_mode: 'token-mean' })
  check((given) => {
    const [one, other] = [apply(archer, given), apply(grpo, given)]
    expectClose(one.loss, other.loss, 1e-12)
    expectClose(one.dLogprobs, other.dLogprobs, 1e-12)
  })
})

test('on policy, all clipped methods have the gradient −A under the same aggregation', () => {
  const onPolicy = [
    optionsOf('grpo', { loss_agg_mode: 'token-mean' }),
    optionsOf('dapo'),
    optionsOf('archer', { low_entropy_kl_loss_scale_coef: 0 }),
  ]
  check((given) => {
    const same = given.map((row) => ({ ...row, policy: row.old }))
    const expected = same.flatMap((row) =>
      row.mask!.map((bit) => (bit === 1 ? -row.advantage / totalsOf(same).tokens : 0)),
    )
    for (const config of onPolicy) expectClose(apply(config, same).dLogprobs, expected, 1e-12)
  })
})

test('padding, and garbage in it, changes nothing', () => {
  const garbage = [Number.NaN, Number.POSITIVE_INFINITY, 1e9]
  const padded = (row: Row): Row => ({
    advantage: row.advantage,
    old: [...row.old, ...garbage],
    policy: [...row.policy, ...garbage],
    reference: [...row.reference!, ...garbage],
    entropies: [...row.entropies, ...garbage],
    policyEntropies: [...row.policyEntropies!, ...garbage],
    mask: [...row.mask!, 0, 0, 0],
  })
  check((given, config) => {
    const [plain, wide] = [apply(config, given), apply(config, given.map(padded))]
    const withZeros = (column: ArrayLike<number>) => {
      let offset = 0
      return given.flatMap((row) => {
        offset += row.old.length
        return [...Array.from(column).slice(offset - row.old.length, offset), 0, 0, 0]
      })
    }
    expect(wide.loss).toBe(plain.loss)
    expect(wide.metrics).toEqual(plain.metrics)
    expectClose(wide.dLogprobs, withZeros(plain.dLogprobs), 0)
    expectClose(wide.classes, withZeros(plain.classes), 0)
    expectClose(wide.clips, withZeros(plain.clips), 0)
  })
})

test('micro-batches add up to the mini-batch', () => {
  check((given, config) => {
    const totals = totalsOf(given, 16)
    const whole = apply(config, given, totals)
    const parts = given.map((row) => apply(config, [row], totals))
    const [metrics, wholeMetrics] = [new MetricSums(), new MetricSums()]
    for (const part of parts) metrics.merge(part.metrics)
    wholeMetrics.merge(whole.metrics)
    expectClose(
      parts.reduce((sum, part) => sum + part.loss, 0),
      whole.loss,
      1e-9,
    )
    expectClose(
      parts.flatMap((part) => [...part.dLogprobs]),
      whole.dLogprobs,
      0,
    )
    const [merged, direct] = [metrics.means(), wholeMetrics.means()]
    expect(Object.keys(merged).sort()).toEqual(Object.keys(direct).sort())
    for (const [name, value] of Object.entries(direct)) expectClose(merged[name]!, value, 1e-9)
  })
})

test('the order of the responses does not matter', () => {
  check((given, config) => {
    const [forward, backward] = [apply(config, given), apply(config, [...given].reverse())]
    expectClose(forward.loss, backward.loss, 1e-9)
    expectClose([...forward.dLogprobs].sort(), [...backward.dLogprobs].sort(), 0)
  })
})

test('classes partition the tokens of the loss', () => {
  check((given, config) => {
    const { classes } = apply(config, given)
    const mask = given.flatMap((row) => row.mask!)
    expect([...classes].map((kind) => Number(kind === 1 || kind === 2))).toEqual(mask)
  })
})

test('dLoss/dlp is the central difference of the loss away from kinks', () => {
  check((given, config) => {
    const [batch, totals] = [toBatch(given), totalsOf(given, 16)]
    const method = bindMethod(config)
    const { dLogprobs } = method.apply(batch, totals)
    for (let token = 0; token < dLogprobs.length; token++) {
      const [below, at, above] = [-1e-5, 0, 1e-5].map((step) => method.apply(nudged(batch, token, step), totals))
      // A kink between the two points shows as one-sided slopes that disagree.
      const [left, right] = [(at!.loss - below!.loss) / 1e-5, (above!.loss - at!.loss) / 1e-5]
      if (Math.abs(left - right) > 1e-2 * (1 + Math.abs(left))) continue
      expectClose(dLogprobs[token]!, (left + right) / 2, 1e-4 * (1 + Math.abs(left)))
    }
  })
})

function nudged(batch: MethodBatch, token: number, step: number): MethodBatch {
  const policyLogprobs = Float64Array.from(batch.policyLogprobs)
  policyLogprobs[token]! += step
  return { ...batch, policyLogprobs }
}

test('no token of the loss: loss 0, no gradient, no metric, no NaN', () => {
  for (const config of configs) {
    const columns = { old: [-1, -2], policy: [-1, -1], reference: [-1, -1], entropies: [1, 2] }
    const outcome = apply(config, [{ advantage: 1, ...columns, mask: [0, 0] }])
    expect(outcome.loss).toBe(0)
    expect([...outcome.dLogprobs]).toEqual([0, 0])
    expect(outcome.metrics).toEqual({})
  }
})

test('a KL weight without a reference is refused', () => {
  const columns = { old: [-1, -2], policy: [-1, -1], entropies: [1, 2] }
  expect(() => apply(optionsOf('archer'), [{ advantage: 1, ...columns }])).toThrow('needs reference log-probabilities')
  expect(bindMethod(optionsOf('archer')).needsReference).toBe(true)
  expect(bindMethod(optionsOf('archer', { low_entropy_kl_loss_scale_coef: 0 })).needsReference).toBe(false)
  expect(bindMethod(optionsOf('dapo')).needsReference).toBe(false)
})
