import { describe, expect, test } from 'vitest'
import {
  type AlarmRuleName,
  alarmRuleOf,
  alarmRules,
  alarmSentence,
  holdingRules,
  type MetricHistory,
} from '../../src-preload/contract/alarms.ts'
import { parseFilter } from '../../src-preload/contract/filter.ts'
import { metricNames } from '../../src-preload/contract/metrics.ts'

const steady = (value: number, count = 21): number[] => new Array<number>(count).fill(value)
const nothing: MetricHistory = { start: [], recent: [] }

/** Names of the rules that hold for the history of one metric. */
const holding = (metric: string, recent: readonly number[], start = recent.slice(0, 10)): AlarmRuleName[] =>
  holdingRules((name) => (name === metric ? { start, recent } : nothing)).map(({ rule }) => rule)

describe('each rule holds where it should and nowhere near', () => {
  interface Case {
    readonly rule: AlarmRuleName
    readonly bad: readonly number[]
    readonly good: readonly number[]
    /** Values of the first ten steps, where they matter. */
    readonly start?: number
  }
  const cases: readonly Case[] = [
    { rule: 'entropy_collapse', bad: steady(0.04), good: [...steady(0.04, 20), 0.06], start: 0.5 },
    { rule: 'entropy_explosion', bad: steady(1.6), good: [...steady(1.6, 20), 1.4], start: 0.5 },
    { rule: 'entropy_cliff', bad: [...steady(0.5, 20), 0.24], good: [...steady(0.5, 20), 0.26] },
    { rule: 'length_drift', bad: steady(310), good: steady(290), start: 100 },
    { rule: 'no_spread', bad: steady(0.9), good: [...steady(1, 20), 0.89] },
    { rule: 'truncation', bad: steady(0.3), good: [...steady(0.5, 18), 0.29, 0.5, 0.5] },
    { rule: 'clipping', bad: steady(0.31), good: steady(0.29) },
    { rule: 'kl', bad: steady(0.5), good: steady(0.49) },
    { rule: 'rollout_gap', bad: [0.1, 0.2], good: [0.2] },
    { rule: 'skipped_updates', bad: [1, 2], good: [2, 0] },
    { rule: 'unparsed', bad: steady(0.5), good: steady(0.4) },
    { rule: 'verifier_timeouts', bad: steady(0.03), good: steady(0.01) },
  ]
  test.each(cases)('$rule', ({ rule, bad, good, start }) => {
    const { metric } = alarmRuleOf(rule)
    const before = start === undefined ? undefined : steady(start, 10)
    expect(holding(metric, bad, before)).toContain(rule)
    expect(holding(metric, good, before)).not.toContain(rule)
  })
  test('entropy that is next to nothing halves by chance: that is no cliff', () => {
    expect(holding('entropy', [...steady(0.0144, 20), 0.007])).toEqual([])
    expect(holding('entropy', [...steady(0.12, 20), 0.05])).toEqual(['entropy_cliff'])
  })
  test('every rule has a case', () => {
    expect(cases.map(({ rule }) => rule).sort()).toEqual(Object.keys(alarmRules).sort())
  })
})

test('a rule that looks back waits until there is enough to look back on', () => {
  expect(holding('entropy', [0.5, 0.01, 0.01, 0.01])).toEqual([])
  expect(holding('entropy', [...steady(0.5, 9), 0.01])).toEqual([])
  expect(holding('frac_reward_zero_std', steady(1, 4))).toEqual([])
  // The first ten steps are never held against themselves.
  expect(holding('entropy', [...steady(1, 7), 0.01, 0.01, 0.01])).toEqual([])
  expect(holdingRules(() => nothing)).toEqual([])
})

test('every rule names a metric that exists, conditions that are read, and both of its numbers', () => {
  for (const name of Object.keys(alarmRules) as AlarmRuleName[]) {
    const { metric, sentence, responses } = alarmRuleOf(name)
    expect(metricNames, name).toContain(metric)
    expect(sentence, name).toMatch(/\{value\}.*\{limit\}/s)
    expect(parseFilter(responses).length, name).toBe(responses === '' ? 0 : 1)
  }
})

test('a sentence says what it is, with its numbers', () => {
  expect(alarmSentence({ rule: 'kl', step: 7, value: 0.61234, limit: 0.5 })).toMatch(
    /^Far from the reference\. The KL to the reference is 0\.612 nats a token, at least 0\.5 for three steps/,
  )
})
