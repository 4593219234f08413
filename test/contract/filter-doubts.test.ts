import { expect, test } from 'vitest'
import { closestName } from '../../src-preload/contract/closest-name.ts'
import { closestSetting } from '../../src-preload/contract/config-issues.ts'
import { filterDoubts, meantFilter } from '../../src-preload/contract/filter-doubts.ts'
import { rolloutFields } from '../../src-preload/contract/rollout-fields.ts'

const doubts = (filter: string) => filterDoubts(filter, rolloutFields)

test('a filter that does what it says raises no doubt', () => {
  for (const filter of [
    '',
    'wait',
    'reward<1 truncated step>200 text:"wait"',
    'tokens>=1.5k accuracy<60%',
    '-is:correct',
  ])
    expect(doubts(filter), filter).toEqual([])
})

test('a mistyped field is named with the one next to it, and the filter that was meant', () => {
  const mistyped = 'wrong rewad<1 -Stpe>3 rewad'
  expect(doubts(mistyped)).toEqual([
    { kind: 'no-field', part: 'rewad<1', name: 'rewad', closest: 'reward' },
    { kind: 'no-field', part: 'stpe>3', name: 'stpe', closest: 'step' },
  ])
  expect(meantFilter(mistyped, doubts(mistyped))).toBe('wrong reward<1 -step>3 rewad')
  expect(doubts('x=5')).toEqual([{ kind: 'no-field', part: 'x=5', name: 'x', closest: null }])
  expect(meantFilter('x=5', doubts('x=5'))).toBeNull()
})

test('a condition without its value is said to be a word', () => {
  expect(doubts('wrong reward<')).toEqual([{ kind: 'no-value', part: 'reward<', name: 'reward', closest: null }])
  expect(doubts('why:')).toEqual([])
})

test('what is no number and what is no flag are named', () => {
  expect(doubts('reward<<1 step:abc')).toEqual([
    { kind: 'no-number', part: 'reward<<1', name: '<1', closest: null },
    { kind: 'no-number', part: 'step:abc', name: 'abc', closest: null },
  ])
  const flag = 'is:truncatd step>2'
  expect(doubts(flag)).toEqual([{ kind: 'no-flag', part: 'is:truncatd', name: 'truncatd', closest: 'truncated' }])
  expect(meantFilter(flag, doubts(flag))).toBe('is:truncated step>2')
})

test('the closest name is near, and never the name itself', () => {
  expect(closestName('learning_rat', ['learning_rate', 'weight_decay'])).toBe('learning_rate')
  expect(closestName('Reward', ['reward'])).toBeNull()
  expect(closestName('banana', ['reward', 'step'])).toBeNull()
})

test('a mistyped setting is held against those of its own group, in every shape of it', () => {
  expect(closestSetting('optimizer', 'learning_rat')).toBe('learning_rate')
  expect(closestSetting('', 'optimiser')).toBe('optimizer')
  expect(closestSetting('rollout', 'learning_rat')).toBe('optimizer.learning_rate')
  expect(closestSetting('', 'learning_rate')).toBe('optimizer.learning_rate')
  expect(closestSetting('method', 'max_completion_length')).toBe('rollout.max_completion_length')
  expect(closestSetting('method', 'epsilon_hgih')).toBe('epsilon_high')
  expect(closestSetting('no.such.group', 'x')).toBeNull()
})
