import { expect, test } from 'vitest'
import { loadTokenizer } from '../../src-main/model/tokenizer.ts'
import { clipFlag, tokenClass } from '../../src-main/rl/methods/method.ts'
import type { Rollout, RolloutGroup } from '../../src-main/rl/rollout.ts'
import { baseChanges, baseMetrics, rolloutDiagnostics } from '../../src-main/rl/rollout-diagnostics.ts'
import { rolloutMetrics } from '../../src-main/rl/rollout-metrics.ts'
import { countWords } from '../../src-main/rl/thinking-words.ts'
import { tokenEntropies } from '../../src-main/rl/token-entropies.ts'
import { methodFlags } from '../../src-main/rl/trace-flags.ts'
import { resolveModel } from '../../src-main/util/resources.ts'
import { metricNames } from '../../src-preload/contract/metrics.ts'
import { traceFlags } from '../../src-preload/contract/trace.ts'
import { expectClose, logs, toBatch } from './batches.ts'

const rows = [
  { advantage: 1, old: logs([0.9, 0.05]), policy: logs([0.9, 0.05]), entropies: [0.4, 0.4] },
  { advantage: -1, old: logs([0.9, 0.05]), policy: logs([0.9, 0.05]), entropies: [0.5, 0.3] },
]

test('regions, entropy by sign of the advantage, flow and covariance of a rollout batch', () => {
  const metrics = rolloutDiagnostics(toBatch(rows))
  const regions = [1, 2, 3, 4].map((region) => metrics[`entropy_region/e${region as 1}`]!)
  expect(regions).toEqual([0.25, 0.25, 0.25, 0.25])
  const entropies = [1, 2, 3, 4].map((region) => metrics[`entropy/e${region as 1}`]!)
  expectClose(entropies, [0.4, 0.4, 0.5, 0.3])
  expectClose([metrics['entropy/positive_advantage']!, metrics['entropy/negative_advantage']!], [0.4, 0.4])
  const flow = (p: number, h: number, advantage: number) => -advantage * (1 - p) ** 2 * (Math.log(p) + h)
  const flows = [flow(0.9, 0.4, 1), flow(0.05, 0.4, 1), flow(0.9, 0.5, -1), flow(0.05, 0.3, -1)]
  expectClose(metrics['entropy_flow/net']!, flows.reduce((a, b) => a + b) / 4, 1e-12)
  expectClose(metrics['entropy_flow/frac_positive']!, 0.5)
  const spread = Math.log(0.9) - Math.log(0.05)
  expectClose([metrics['covariance/mean']!, metrics['covariance/top_0.2']!], [0, spread / 2], 1e-12)
  expect(rolloutDiagnostics(toBatch([{ ...rows[0]!, mask: [0, 0] }]))).toEqual({})
})

test('of three tokens with a positive advantage the likely one is in E1, the unlikely ones in E2', () => {
  const three = { advantage: 1, old: logs([0.7, 0.2, 0.1]), policy: logs([0.7, 0.2, 0.1]) }
  const entropies = [0.801818553, 0.801818553, 0.801818553]
  const metrics = rolloutDiagnostics(toBatch([{ ...three, entropies }]))
  expectClose([metrics['entropy_region/e1']!, metrics['entropy_region/e2']!], [1 / 3, 2 / 3], 1e-12)
  expect(metrics).not.toHaveProperty('entropy/e3')
})

test('entropies beside the reference: overlap of the highest fifth, change by twentieth', () => {
  const base = Float32Array.from({ length: 40 }, (_, token) => token)
  const same = baseMetrics(base, base)
  expect(same).toEqual({ 'entropy/base_change': 0, 'entropy/base_overlap': 1 })
  const reversed = base.toReversed()
  expect(baseMetrics(reversed, base)['entropy/base_overlap']).toBe(0)
  const changes = baseChanges(reversed, base)
  expect([changes['entropy_change/p5'], changes['entropy_change/p100']]).toEqual([38, -38])
  expect(Object.keys(baseChanges(base, base))).toHaveLength(20)
  expect([baseMetrics(new Float32Array(0), base), baseChanges(new Float32Array(0), new Float32Array(0))]).toEqual([
    {},
    {},
  ])
})

test('thinking words: lower case, punctuation stripped', () => {
  expect(countWords('Wait, so... THEREFORE 12; wait!')).toMatchObject({ reflection: 2, connectives: 2, planning: 0 })
  expect(Object.values(countWords('')).reduce((sum, count) => sum + count, 0)).toBe(0)
})

const rollout = (ids: number[], entropies: number[], text: string, correct: boolean): Rollout => ({
  ids: Int32Array.from(ids),
  text,
  textLengths: new Uint16Array(ids.length),
  rolloutLogprobs: new Float32Array(ids.length),
  rolloutEntropies: Float32Array.from(entropies),
  finishReason: 'eos',
  verdict: { correct, score: Number(correct), extracted: null, reason: '' },
  rewardParts: {},
  reward: Number(correct),
  advantage: 0,
  flags: Uint8Array.from(ids, (_, token) => (token === 2 ? traceFlags.reasoning : 0)),
})
const groups: RolloutGroup[] = [
  {
    problem: { id: 'p', prompt: '', promptIds: new Int32Array(1), answer: '' },
    filtered: false,
    rollouts: [rollout([1, 2, 1], [1, 2, 3], 'wait so', true), rollout([2], [0], 'no', false)],
  },
]

test('metrics of responses: percentiles, spread, length by verdict, words', () => {
  const metrics = rolloutMetrics({ groups, rounds: 1, generateMs: 0, verifyMs: 0 })
  expect(metrics).toMatchObject({
    accuracy: 0.5,
    'entropy/p0': 0,
    'entropy/p50': 1.5,
    'entropy/p100': 3,
    'entropy/response_mean': 1,
    'completions/mean_length_correct': 3,
    'completions/mean_length_wrong': 1,
    'completions/min_length': 1,
    'completions/max_frequency_correct': 0,
    'completions/max_frequency_wrong': 0,
    'reward/correct': 1,
    'reward/wrong': 0,
    'words/reflection': 0.5,
  })
  expectClose(metrics['entropy/response_std']!, Math.SQRT2, 1e-9)
  expect(metrics.frac_reasoning_low_responses).toBe(0)
  for (const name of Object.keys(metrics)) expect(metricNames).toContain(name)
  for (const name of Object.keys(rolloutDiagnostics(toBatch(rows)))) expect(metricNames).toContain(name)
})

test('entropies by token id and class, with their texts', async () => {
  const tokenizer = await loadTokenizer(resolveModel('builtin:arithmetic-1m'))
  const { ids, classes, occurrences, sums, texts } = tokenEntropies(groups, tokenizer)
  expect([[...ids], [...classes], [...occurrences], [...sums], texts]).toEqual([
    [1, 1, 2],
    [1, 2, 1],
    [1, 1, 2],
    [1, 3, 2],
    [1, 1, 2].map((id) => tokenizer.decode([id], { skipSpecialTokens: false })),
  ])
})

test('class and clip of a token become the bits of its trace', () => {
  const outcome = {
    loss: 0,
    dLogprobs: new Float64Array(3),
    classes: Uint8Array.of(tokenClass.masked, tokenClass.knowledge, tokenClass.reasoning),
    clips: Uint8Array.of(0, clipFlag.low, clipFlag.covariance),
    metrics: {},
  }
  expect([...methodFlags(outcome, 0, 3)]).toEqual([
    traceFlags.masked,
    traceFlags.clippedLow,
    traceFlags.reasoning | traceFlags.picked,
  ])
})
