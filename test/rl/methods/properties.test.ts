/** Properties that hold for every method, and those that tie methods to each other. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { entropyFlows, flowBalance } from '../../../src-main/rl/flow.ts'
import { bindMethod } from '../../../src-main/rl/methods/map.ts'
import type { MethodBatch, MethodOutcome, MiniBatchTotals } from '../../../src-main/rl/methods/method.ts'
import { MetricSums } from '../../../src-main/rl/metric-sums.ts'
import { normal, randomStream } from '../../../src-main/util/rng.ts'
import type { MethodConfig } from '../../../src-preload/contract/method.ts'
import { expectClose, optionsOf, plainContext, planAndApply, type Row, toBatch, totalsOf } from '../batches.ts'

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
  optionsOf('archer', { entropy_scope: 'rollout', high_entropy_kl_loss_scale_coef: 0.05, kl_estimator: 'k2' }),
  optionsOf('archer', { low_entropy_kl_loss_scale_coef: 0.2, kl_estimator: 'full' }),
  optionsOf('dr_grpo', { beta: 0.1, clip_ratio_c: 3 }),
  optionsOf('ce_gppo'),
  optionsOf('gspo'),
  optionsOf('gspo', { epsilon: 0.2, epsilon_high: 0.2 }),
  optionsOf('cispo'),
  optionsOf('flexec'),
  optionsOf('flexec', { schedule: 'OD' }),
  optionsOf('opefo'),
  optionsOf('entropy_bonus', { entropy_coef: 0.1, beta: 0.1 }),
  optionsOf('entropy_bonus', { use_adaptive_entropy: true, entropy_target: 1 }),
  optionsOf('entropy_mask', { denominator: 'all', entropy_scope: 'response', beta: 0.1 }),
]

/** Methods that see the whole mini-batch at once, so that micro-batches are cut from their outcome. */
const wholeConfigs: readonly MethodConfig[] = [
  optionsOf('archer', { entropy_scope: 'mini-batch', entropy_source: 'policy' }),
  optionsOf('archer', { entropy_scope: 'prompt' }),
  optionsOf('entropy_mask', { beta: 0.1 }),
  optionsOf('entropy_mask', { entropy_scope: 'micro-batch', denominator: 'all' }),
  optionsOf('entropy_mask', { top_entropy_quantile: 0.5, loss_agg_mode: 'seq-mean-token-mean' }),
  optionsOf('sent', { covariance_threshold: 0.1, entropy_threshold: 0.8 }),
]

/** Of the above kind, and picking an exact number of tokens: ties make the choice depend on the order. */
const pickingConfigs: readonly MethodConfig[] = [
  optionsOf('kl_cov', { kl_cov_ratio: 0.3 }),
  optionsOf('sent', { beta_low: 0.1, beta_high: 0.4, covariance_ratio: 0.3 }),
  optionsOf('sent_repo', { kl_cov_ratio: 0.2 }),
  optionsOf('clip_cov', { clip_cov_ratio: 0.3, clip_cov_lb: 0.05, epsilon: 0.2, epsilon_high: 0.2 }),
]
const allConfigs = [...configs, ...wholeConfigs, ...pickingConfigs]
const ordered = [...configs, ...wholeConfigs]

const logprob = fc.double({ min: -6, max: 0, noNaN: true })
const gap = fc.double({ min: -1.5, max: 1.5, noNaN: true })
const token = fc.record({
  old: logprob,
  policyGap: gap,
  referenceGap: gap,
  referenceKl: fc.double({ min: 0, max: 3, noNaN: true }),
  // Few distinct values, so that ties at the threshold are common.
  entropy: fc.integer({ min: 0, max: 12 }).map((value) => value / 8),
  policyEntropy: fc.integer({ min: 0, max: 12 }).map((value) => value / 8),
  counted: fc.integer({ min: 0, max: 5 }).map((value) => Number(value > 0)),
})
const row: fc.Arbitrary<Row> = fc
  .tuple(
    fc.double({ min: -2, max: 2, noNaN: true }).map((value) => (Math.abs(value) < 1e-6 ? 0 : value)),
    fc.array(token, { minLength: 0, maxLength: 9 }),
  )
  .map(([advantage, tokens]) => ({
    advantage,
    old: tokens.map(({ old }) => old),
    policy: tokens.map(({ old, policyGap }) => old + policyGap),
    reference: tokens.map(({ old, referenceGap }) => old + referenceGap),
    referenceKls: tokens.map(({ referenceKl }) => referenceKl),
    entropies: tokens.map(({ entropy }) => entropy),
    policyEntropies: tokens.map(({ policyEntropy }) => policyEntropy),
    mask: tokens.map(({ counted }) => counted),
  }))
const rows = fc.array(row, { minLength: 1, maxLength: 6 })

const apply = (config: MethodConfig, given: readonly Row[], totals = totalsOf(given, 16)) =>
  planAndApply(bindMethod(config), toBatch(given), totals)

function check(property: (given: Row[], config: MethodConfig) => void, among = configs): void {
  fc.assert(fc.property(rows, fc.constantFrom(...among), property), { numRuns: 25 * among.length })
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
    optionsOf('ce_gppo'),
    optionsOf('flexec'),
    optionsOf('cispo'),
    optionsOf('kl_cov'),
    optionsOf('gspo', { loss_agg_mode: 'token-mean' }),
    optionsOf('entropy_bonus', { entropy_coef: 0 }),
  ]
  check((given) => {
    const same = given.map((row) => ({ ...row, policy: row.old }))
    const expected = same.flatMap((row) =>
      row.mask!.map((bit) => (bit === 1 ? -row.advantage / totalsOf(same).tokens : 0)),
    )
    for (const config of onPolicy) expectClose(apply(config, same).dLogprobs, expected, 1e-12)
  })
})

test('CE-GPPO: betas of 0 give PPO’s gradient, betas of 1 leave no token without one', () => {
  check((given) => {
    const ppo = optionsOf('grpo', { loss_agg_mode: 'token-mean', clip_ratio_c: 10 })
    expectClose(
      apply(optionsOf('ce_gppo', { beta1: 0, beta2: 0 }), given).dLogprobs,
      apply(ppo, given).dLogprobs,
      1e-12,
    )
    const kept = apply(optionsOf('ce_gppo', { beta1: 1, beta2: 1, clip_ratio_c: null }), given)
    const learned = given.flatMap((row) => row.mask!.map((bit) => bit === 1 && row.advantage !== 0))
    expect([...kept.dLogprobs].map((slope) => slope !== 0)).toEqual(learned)
  })
})

test('80/20 that keeps all tokens is DAPO; KL-Cov without a weight is the plain policy gradient', () => {
  check((given) => {
    const kept = apply(optionsOf('entropy_mask', { top_entropy_quantile: 1 }), given)
    const dapo = apply(optionsOf('dapo'), given)
    expectClose([kept.loss, ...kept.dLogprobs], [dapo.loss, ...dapo.dLogprobs], 1e-12)
    const plain = apply(optionsOf('kl_cov', { ppo_kl_coef: 0 }), given)
    const open = apply(optionsOf('dapo', { epsilon: 10, epsilon_high: 10 }), given)
    expectClose([plain.loss, ...plain.dLogprobs], [open.loss, ...open.dLogprobs], 1e-12)
  })
})

test('FlexEC with level lines is constant clipping', () => {
  const level = { upper_slope: 0, upper_intercept: 0.2, lower_slope: 0, lower_intercept: 0.2 }
  check((given) => {
    const [flat, grpo] = [optionsOf('flexec', level), optionsOf('grpo', { loss_agg_mode: 'token-mean' })]
    expectClose(apply(flat, given).dLogprobs, apply(grpo, given).dLogprobs, 1e-12)
  })
})

test('GSPO on one-token responses is token-level clipping', () => {
  check((given) => {
    const single = given.flatMap((row) => row.old.map((_, token) => oneToken(row, token)))
    const widths = { epsilon: 0.2, epsilon_high: 0.2 }
    expectClose(
      apply(optionsOf('gspo', widths), single).dLogprobs,
      apply(optionsOf('grpo', widths), single).dLogprobs,
      1e-12,
    )
  })
})

function oneToken(row: Row, token: number): Row {
  const at = (column: readonly number[]) => [column[token]!]
  const { old, policy, entropies } = row
  return { advantage: row.advantage, old: at(old), policy: at(policy), entropies: at(entropies), mask: at(row.mask!) }
}

test('OPEFO balances the flows; with nothing to balance it is the strict on-policy gradient', () => {
  check((given) => {
    const batch = toBatch(given)
    const flows = entropyFlows(batch, 'sampled')
    const { positiveTokens, negativeTokens } = flowBalance(flows)
    const { dLogprobs } = apply(optionsOf('opefo'), given)
    const advantages = given.flatMap((row) => row.mask!.map((bit) => bit * row.advantage))
    const { tokens } = totalsOf(given, 16)
    const weights = dLogprobs.map((slope, token) =>
      advantages[token] === 0 ? 1 : (-slope * tokens) / advantages[token]!,
    )
    if (positiveTokens > 0 && negativeTokens > 0) {
      const net = flows.reduce((sum, flow, token) => sum + weights[token]! * flow, 0)
      expect(Math.abs(net)).toBeLessThan(1e-9 * (1 + flows.reduce((sum, flow) => sum + Math.abs(flow), 0)))
    } else
      expectClose(
        weights,
        weights.map(() => 1),
        1e-12,
      )
  })
})

test('dLoss/dH of the entropy bonus is the central difference of the loss', () => {
  check(
    (given, config) => {
      const [batch, totals, method] = [toBatch(given), totalsOf(given, 16), bindMethod(config)]
      const { dEntropies, loss } = planAndApply(method, batch, totals)
      batch.mask.forEach((_, token) => {
        const policyEntropies = Float64Array.from(batch.policyEntropies)
        policyEntropies[token]! += 1
        const moved = planAndApply(bindMethod(config), { ...batch, policyEntropies }, totals).loss
        expectClose(dEntropies?.[token] ?? 0, moved - loss, 1e-9)
      })
    },
    [
      optionsOf('entropy_bonus', { entropy_coef: 0.1 }),
      optionsOf('entropy_bonus', { loss_agg_mode: 'seq-mean-token-mean' }),
    ],
  )
})

test('padding, and garbage in it, changes nothing', () => {
  const garbage = [Number.NaN, Number.POSITIVE_INFINITY, 1e9]
  const padded = (row: Row): Row => ({
    advantage: row.advantage,
    old: [...row.old, ...garbage],
    policy: [...row.policy, ...garbage],
    reference: [...row.reference!, ...garbage],
    referenceKls: [...row.referenceKls!, ...garbage],
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
  }, allConfigs)
})

/** Plans the whole, then applies row by row, as an update does. */
function applyInParts(config: MethodConfig, given: readonly Row[], totals: MiniBatchTotals): MethodOutcome[] {
  const [method, batch] = [bindMethod(config), toBatch(given)]
  const sampled = { ...batch, policyLogprobs: batch.oldLogprobs, policyEntropies: batch.rolloutEntropies }
  const { facts } = method.plan({ batch: sampled, step: 0, steps: 10 })
  return given.map((row) => method.apply(toBatch([row]), totals, { ...plainContext, facts }))
}

test('micro-batches add up to the mini-batch', () => {
  check((given, config) => {
    const totals = totalsOf(given, 16)
    const whole = apply(config, given, totals)
    const parts = applyInParts(config, given, totals)
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
      1e-12,
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
    expectClose([...forward.dLogprobs].sort(), [...backward.dLogprobs].sort(), 1e-12)
  }, ordered)
})

test.each(pickingConfigs.filter(({ name }) => name !== 'clip_cov'))(
  'nor where $name picks tokens by rank',
  (config) => {
    for (let seed = 0; seed < 20; seed++) {
      const numbers = (row: number, column: number) =>
        Array.from({ length: 7 }, (_, token) => normal(seed, randomStream.data, row, column, token))
      const given = [0, 1, 2].map((row) => ({
        advantage: normal(seed, randomStream.data, row),
        old: numbers(row, 1),
        policy: numbers(row, 2),
        reference: numbers(row, 3),
        entropies: numbers(row, 4).map(Math.abs),
      }))
      const [forward, backward] = [apply(config, given), apply(config, [...given].reverse())]
      expectClose(forward.loss, backward.loss, 1e-9)
      expectClose([...forward.dLogprobs].sort(), [...backward.dLogprobs].sort(), 1e-12)
    }
  },
)

test('classes partition the tokens of the loss', () => {
  check((given, config) => {
    const { classes } = apply(config, given)
    const mask = given.flatMap((row) => row.mask!)
    expect([...classes].map((kind) => Number(kind === 1 || kind === 2))).toEqual(mask)
  }, allConfigs)
})

/** Those whose loss is no function of lp alone hold a part of it fixed on purpose. */
const differentiable = allConfigs.filter(({ name }) => !['cispo', 'opefo', 'ce_gppo', 'clip_cov'].includes(name))

test('dLoss/dlp is the central difference of the loss away from kinks', () => {
  check((given, config) => {
    const [batch, totals] = [toBatch(given), totalsOf(given, 16)]
    const { dLogprobs } = planAndApply(bindMethod(config), batch, totals)
    for (let token = 0; token < dLogprobs.length; token++) {
      const [below, at, above] = [-1e-5, 0, 1e-5].map((step) =>
        planAndApply(bindMethod(config), nudged(batch, token, step), totals),
      )
      // Another choice of tokens is a jump.
      if (new Set([below, at, above].map((outcome) => String(outcome!.clips))).size > 1) continue
      // A kink between the two points shows as one-sided slopes that disagree by more than their mean may be off.
      const [left, right] = [(at!.loss - below!.loss) / 1e-5, (above!.loss - at!.loss) / 1e-5]
      const tolerance = 1e-4 * (1 + Math.abs(left))
      if (Math.abs(left - right) > tolerance) continue
      expectClose(dLogprobs[token]!, (left + right) / 2, tolerance)
    }
  }, differentiable)
})

function nudged(batch: MethodBatch, token: number, step: number): MethodBatch {
  const policyLogprobs = Float64Array.from(batch.policyLogprobs)
  policyLogprobs[token]! += step
  return { ...batch, policyLogprobs }
}

test('with the full KL each token’s slope along it is its weight, and the loss is linear in it', () => {
  const given = { beta: 0.3, kl_estimator: 'full', loss_agg_mode: 'token-mean' } as const
  check((rows) => {
    const plain = apply(optionsOf('dapo', { beta: 0 }), rows)
    const full = apply(optionsOf('dapo', given), rows)
    const counted = rows.flatMap((row) => row.mask!.map((bit, token) => bit * row.referenceKls![token]!))
    const { tokens } = totalsOf(rows, 16)
    expectClose(full.dLogprobs, plain.dLogprobs, 0)
    expectClose(
      full.dReferenceKls ?? [],
      tokens === 0 ? [] : rows.flatMap((row) => row.mask!.map((bit) => (0.3 * bit) / tokens)),
      1e-12,
    )
    expectClose(full.loss - plain.loss, tokens === 0 ? 0 : (0.3 * counted.reduce((a, b) => a + b, 0)) / tokens, 1e-9)
  })
  expect(bindMethod(optionsOf('dapo', given)).needsReferenceKl).toBe(true)
  expect(bindMethod(optionsOf('dapo', { ...given, beta: 0 })).needsReferenceKl).toBe(false)
})

test('k1 has the gradient 1, k2 lp − lp_ref, k3+ that of k2 with the value of k3, and the recorded KL is k3', () => {
  const row = [{ advantage: 0, old: [-1], policy: [-1], reference: [-1.5], entropies: [1] }]
  const of = (kl_estimator: 'k1' | 'k2' | 'k3' | 'k3+') => apply(optionsOf('dapo', { beta: 1, kl_estimator }), row)
  const k3 = Math.exp(-0.5) + 0.5 - 1
  const expected = { k1: [0.5, 1], k2: [0.125, 0.5], k3: [k3, 1 - Math.exp(-0.5)], 'k3+': [k3, 0.5] } as const
  for (const [name, [value, slope]] of Object.entries(expected)) {
    const { loss, dLogprobs, metrics } = of(name as keyof typeof expected)
    expectClose([loss, dLogprobs[0]!], [value, slope], 1e-12)
    expectClose((metrics.kl as { sum: number }).sum, k3, 1e-12)
  }
})

test('no token of the loss: loss 0, no gradient, no metric, no NaN', () => {
  for (const config of allConfigs) {
    const columns = { old: [-1, -2], policy: [-1, -1], reference: [-1, -1], referenceKls: [1, 1], entropies: [1, 2] }
    const outcome = apply(config, [{ advantage: 1, ...columns, mask: [0, 0] }])
    expect(outcome.loss).toBe(0)
    expect([...outcome.dLogprobs]).toEqual([0, 0])
    expect(outcome.metrics).toEqual({})
  }
})

test('a KL weight without a reference is refused', () => {
  const columns = { old: [-1, -2], policy: [-1, -1], entropies: [1, 2] }
  expect(() => apply(optionsOf('archer'), [{ advantage: 1, ...columns }])).toThrow('needs reference log-probabilities')
  const full = optionsOf('archer', { kl_estimator: 'full' })
  expect(() => apply(full, [{ advantage: 1, ...columns, reference: [-1, -1] }])).toThrow('needs its full KL')
  expect(bindMethod(optionsOf('archer')).needsReference).toBe(true)
  expect(bindMethod(optionsOf('archer', { low_entropy_kl_loss_scale_coef: 0 })).needsReference).toBe(false)
  expect(bindMethod(optionsOf('dapo')).needsReference).toBe(false)
})
