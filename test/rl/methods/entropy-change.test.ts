/** Entropy change of a policy-gradient step, OPEFO's balance, FlexEC's bounds and schedules, the adaptive bonus. */
import { expect, test } from 'vitest'
import { entropyFlows, flowBalance } from '../../../src-main/rl/flow.ts'
import { nextCoefficient } from '../../../src-main/rl/methods/entropy-bonus.ts'
import { flexecWidths, oscillation, ratioBounds, scheduledShares } from '../../../src-main/rl/methods/flexec.ts'
import { bindMethod } from '../../../src-main/rl/methods/map.ts'
import { expectClose, optionsOf, planAndApply, type Row, toBatch, totalsOf } from '../batches.ts'

const entropyOf = (p: readonly number[]) => -p.reduce((sum, x) => sum + x * Math.log(x), 0)
const moment = (p: readonly number[], power: number) =>
  p.reduce((sum, x) => sum + x ** power * (Math.log(x) + entropyOf(p)), 0)

/** One row that samples each token of a distribution once. */
const eachToken = (p: readonly number[], advantage: number): Row => ({
  advantage,
  old: p.map(Math.log),
  policy: p.map(Math.log),
  entropies: p.map(() => entropyOf(p)),
  moments: p.map(() => [moment(p, 2), moment(p, 3)] as const),
})

const three = [0.7, 0.2, 0.1]

test('sampled and exact flow of three tokens', () => {
  const batch = toBatch([eachToken(three, 1)])
  expectClose(entropyOf(three), 0.801818553, 1e-9)
  expectClose(entropyFlows(batch, 'exact'), [-0.140792598, 0.3323318, 0.320884582], 1e-9)
  expectClose(entropyFlows(batch, 'sampled'), [-0.040062925, 0.51687639, 1.215620898], 1e-9)
})

test('the exact flow is the measured change of entropy under a small step', () => {
  const softmax = (z: readonly number[]) => {
    const powers = z.map(Math.exp)
    return powers.map((x) => x / powers.reduce((a, b) => a + b))
  }
  const step = 1e-6
  const moved = three.map((_, sampled) => {
    const z = three.map((p, token) => Math.log(p) + step * (Number(token === sampled) - p))
    return (entropyOf(softmax(z)) - entropyOf(three)) / step
  })
  expectClose(entropyFlows(toBatch([eachToken(three, 1)]), 'exact'), moved, 1e-5)
})

test('two tokens: the sampled form per action and in expectation; the full-vocabulary form is that expectation', () => {
  const p = [0.8, 0.2]
  expectClose(entropyOf(p), 0.500402424, 1e-9)
  const flows = [0.2, -0.8].map(
    (advantage, token) => entropyFlows(toBatch([eachToken(p, advantage)]), 'sampled')[token]!,
  )
  expectClose(flows, [-0.002218071, -0.56782617], 1e-9)
  expectClose(p[0]! * flows[0]! + p[1]! * flows[1]!, -0.115339691, 1e-9)
  const expectation = entropyFlows(toBatch([eachToken(p, 1)]), 'full-vocabulary')[0]!
  const sampled = entropyFlows(toBatch([eachToken(p, 1)]), 'sampled')
  expectClose(expectation, p[0]! * sampled[0]! + p[1]! * sampled[1]!, 1e-12)
  expect(Math.sign(expectation)).toBe(1)
})

test('lambda', () => {
  const lambda = (...flows: number[]) => flowBalance(Float64Array.from(flows)).lambda
  expectClose([lambda(0.3, -0.5, -0.2, 0), lambda(0.3, 0.1), lambda(-1), lambda(0, 0)], [0.4, -1, 1, 0], 1e-12)
})

test('OPEFO: flows of 0.3, −0.5, −0.2 and 0 get the weights 1.4, 0.6, 0.6 and 1', () => {
  const p = Math.log(0.2)
  const perAdvantage = 0.51687639
  const advantages = [0.3, -0.5, -0.2, 0].map((flow) => flow / perAdvantage)
  const rows = advantages.map((advantage) => ({ advantage, old: [p], policy: [p], entropies: [0.801818553] }))
  const flows = entropyFlows(toBatch(rows), 'sampled')
  expectClose(flows, [0.3, -0.5, -0.2, 0], 1e-8)
  const { dLogprobs } = planAndApply(bindMethod(optionsOf('opefo')), toBatch(rows), totalsOf(rows))
  const weights = [1.4, 0.6, 0.6, 1]
  expectClose(
    dLogprobs,
    weights.map((weight, row) => (-weight * advantages[row]!) / 4),
    1e-7,
  )
  expectClose(
    weights.reduce((net, weight, row) => net + weight * flows[row]!, 0),
    0,
    1e-7,
  )
})

test('OPEFO weighs the two sides, and leaves a one-sided batch alone with a note', () => {
  const rows = [eachToken(three, 1), eachToken([0.6, 0.4], -1)]
  const method = bindMethod(optionsOf('opefo', { form: 'exact' }))
  expect(method.needsMoments).toBe(true)
  const { lambda } = flowBalance(entropyFlows(toBatch(rows), 'exact'))
  const { dLogprobs } = planAndApply(method, toBatch(rows), totalsOf(rows))
  const signs = [-1, 1, 1, 1, -1]
  expectClose(
    dLogprobs,
    signs.map((sign, token) => ((token < 3 ? -1 : 1) * (1 + sign * lambda)) / 5),
    1e-12,
  )
  const oneSided = toBatch([{ ...eachToken([0.2, 0.2, 0.6], 1), mask: [1, 1, 0] }])
  const plan = bindMethod(optionsOf('opefo')).plan({ batch: oneSided, step: 0, steps: 1 })
  expect(plan.facts.lambda).toBe(0)
  expect(plan.notes?.[0]).toContain('raises entropy')
})

/** A small softmax policy with a table of logits per position: one update with the weights of OPEFO, and its entropy. */
const tabular = [
  { p: [0.7, 0.2, 0.1], sampled: 2, advantage: -1 },
  { p: [0.9, 0.06, 0.04], sampled: 0, advantage: 1 },
  { p: [0.4, 0.35, 0.25], sampled: 1, advantage: 1 },
  { p: [0.97, 0.02, 0.01], sampled: 1, advantage: -1 },
  { p: [0.5, 0.3, 0.2], sampled: 0, advantage: -1 },
]
const tabularRows = (lengths: readonly number[]): Row[] => {
  let start = 0
  return lengths.map((length) => {
    start += length
    const tokens = tabular.slice(start - length, start)
    const logprobs = tokens.map(({ p, sampled }) => Math.log(p[sampled]!))
    return {
      advantage: tokens[0]!.advantage,
      old: logprobs,
      policy: logprobs,
      entropies: tokens.map(({ p }) => entropyOf(p)),
      moments: tokens.map(({ p }) => [moment(p, 2), moment(p, 3)] as const),
    }
  })
}

type LossMode = 'token-mean' | 'seq-mean-token-mean'

/** Change of the summed entropy per unit of learning rate after a real step down the loss's gradient. */
function measuredChange(method: 'plain' | 'sampled' | 'exact' | 'full-vocabulary', mode: LossMode): number {
  const rows = tabularRows([1, 2, 1, 1])
  const options =
    method === 'plain'
      ? optionsOf('grpo', { loss_agg_mode: mode })
      : optionsOf('opefo', { form: method, loss_agg_mode: mode })
  const { dLogprobs } = planAndApply(bindMethod(options), toBatch(rows), totalsOf(rows))
  const step = 1e-5
  return tabular.reduce((sum, { p, sampled }, token) => {
    const z = p.map((x, id) => Math.log(x) - step * dLogprobs[token]! * (Number(id === sampled) - x))
    const powers = z.map(Math.exp)
    const total = powers.reduce((a, b) => a + b)
    return sum + (entropyOf(powers.map((x) => x / total)) - entropyOf(p)) / step
  }, 0)
}

test.each(['token-mean', 'seq-mean-token-mean'] as const)(
  'OPEFO with the exact form holds the entropy of a softmax policy to first order under %s; the other forms do not',
  (mode) => {
    const plain = measuredChange('plain', mode)
    expect(Math.abs(plain)).toBeGreaterThan(1e-2)
    expect(Math.abs(measuredChange('exact', mode))).toBeLessThan(1e-5)
    for (const form of ['sampled', 'full-vocabulary'] as const)
      expect(Math.abs(measuredChange(form, mode))).toBeGreaterThan(1e-2)
  },
)

test('two tokens: the exact flow in expectation is the first-order change under the expected step', () => {
  const [p, advantages] = [[0.8, 0.2] as const, [0.2, -0.8] as const]
  const flowOf = (token: 0 | 1) => entropyFlows(toBatch([eachToken(p, advantages[token])]), 'exact')[token]!
  // −η Σ p² A (log p + H).
  expectClose(p[0] * flowOf(0) + p[1] * flowOf(1), -0.070978271, 1e-9)
})

test('a large lambda is said once, with what to do; a small one is not', () => {
  const rows = [eachToken(three, 1), eachToken([0.6, 0.4], -1)]
  const method = bindMethod(optionsOf('opefo'))
  const notesOf = (batch: Row[]) => method.plan({ batch: toBatch(batch), step: 0, steps: 1 }).notes
  const [note] = notesOf(rows)!
  const { lambda } = flowBalance(entropyFlows(toBatch(rows), 'sampled'))
  expect(note).toContain(`lambda is ${lambda.toFixed(2)}, the paper's stays near 0.001`)
  expect(note).toContain('The form `exact` balances it.')
  expect(notesOf(rows)).toEqual([])
  expect(method.memory).toEqual({ saidLarge: 1 })
  const balanced = [eachToken(three, 1), eachToken(three, -1)]
  expect(bindMethod(optionsOf('opefo')).plan({ batch: toBatch(balanced), step: 0, steps: 1 }).notes).toEqual([])
})

test('the exact forms ask for second-order statistics in a sentence', () => {
  const { moments: _, ...row } = eachToken(three, 1)
  expect(() => entropyFlows(toBatch([row]), 'exact')).toThrow('rollout_squares')
})

const flexec = (schedule: 'ID' | 'DID' | 'OD', given = {}) => optionsOf('flexec', { schedule, ...given })

const scheduled: ['ID' | 'DID', number[]][] = [
  ['ID', [0.375, 0.2, 0.2875, 0.2, 0.2, 0.2, 0.2, 0.234825, 0.2, 0.2175, 0.2, 0.2]],
  ['DID', [0.2, 0.2, 0.2875, 0.2, 0.375, 0.2, 0.375, 0.234825, 0.375, 0.2175, 0.375, 0.2]],
]

test.each(scheduled)('FlexEC %s at p = 0.5 over 400 steps', (schedule, expected) => {
  const widths = [0, 100, 200, 201, 300, 400].flatMap((step) => {
    const { upper, lower } = flexecWidths(flexec(schedule), scheduledShares(flexec(schedule), step / 400), 0.5)
    return [upper, lower]
  })
  expectClose(widths, expected, 1e-9)
})

test('FlexEC lines and closed-form bounds', () => {
  const full = { upperShare: 1, lowerShare: 1 }
  const widths = [0, 0.5, 1].map((p) => flexecWidths(flexec('ID'), full, p))
  expectClose(
    widths.flatMap(({ upper, lower }) => [upper, lower]),
    [0.5, 0.3, 0.375, 0.235, 0.25, 0.17],
    1e-12,
  )
  const old = [0.1, 0.5, 0.9].map(Math.log)
  const { most, least } = ratioBounds(
    flexec('ID'),
    full,
    toBatch([{ advantage: 1, old, policy: old, entropies: [1, 1, 1] }]),
  )
  expectClose(most, [1.463414634, 1.333333333, 1.224489796], 1e-9)
  expectClose(least, [0.709219858, 0.748663102, 0.792751982], 1e-9)
  // The bound on the current probability holds at equality: r = 1 ± width(r · old).
  expectClose(most[1]!, 1 + flexecWidths(flexec('ID'), full, most[1]! * 0.5).upper, 1e-12)
  expectClose(least[1]!, 1 - flexecWidths(flexec('ID'), full, least[1]! * 0.5).lower, 1e-12)
})

test('FlexEC: another phase split, and a ramp in place of the jump', () => {
  const split = flexec('ID', { phase_split: 0.3 })
  expectClose(scheduledShares(split, 0.15).upperShare, 0.5, 1e-12)
  expectClose(scheduledShares(split, 0.65).lowerShare, 0.5, 1e-12)
  const ramp = flexec('ID', { ramp: true })
  expectClose(
    [0.5, 0.525, 0.55, 0.75].map((done) => scheduledShares(ramp, done).lowerShare),
    [0, 0.475, 0.9, 0.5],
    1e-9,
  )
})

test('FlexEC OD: hysteresis between the floor and a falling ceiling, remembered between batches', () => {
  const entropies = [1, 0.7, 0.4, 0.19, 0.3, 0.6, 0.85, 0.5, 0.2, 0.1]
  const method = bindMethod(flexec('OD'))
  const states = entropies.map((entropy, step) => {
    const batch = toBatch([{ advantage: 1, old: [-1], policy: [-1], entropies: [entropy] }])
    return method.plan({ batch, step, steps: 10 }).metrics!['flexec/od_state']
  })
  expect(states).toEqual([0, 0, 0, 1, 1, 1, 0, 0, 1, 1])
  expect(method.memory).toEqual({ raising: 1, initialEntropy: 1 })
  expect(oscillation(flexec('OD'), 0.5, 0.5, method.memory).raising).toBe(1)
})

test('the adaptive entropy weight moves by its step within its bounds and acts below the target only', () => {
  const options = optionsOf('entropy_bonus', {
    use_adaptive_entropy: true,
    entropy_coef: 0.02,
    entropy_coef_delta: 0.01,
    entropy_coef_max: 0.025,
    entropy_target: 1,
  })
  expectClose(nextCoefficient(options, {}, 0.5), 0.025, 1e-12)
  expectClose(nextCoefficient(options, { coefficient: 0.015 }, 2), 0.005, 1e-12)
  expect(nextCoefficient(options, { coefficient: 0.005 }, 2)).toBe(0)
  const method = bindMethod(options)
  const plan = (entropy: number) =>
    method.plan({
      batch: toBatch([{ advantage: 1, old: [-1], policy: [-1], entropies: [entropy] }]),
      step: 0,
      steps: 1,
    })
  expectClose(plan(2).facts.coefficient!, 0, 1e-12)
  expectClose(plan(1).facts.coefficient!, 0.02, 1e-12)
})
