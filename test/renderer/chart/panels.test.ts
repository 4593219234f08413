import { expect, test } from 'vitest'
import { metricNames } from '../../../src-preload/contract/metrics.ts'
import { fillsRowsOfThree, panelsFor, singlePanelsFor } from '../../../src-renderer/chart/panels.ts'

test('a unit stands beside a title that does not say it', () => {
  const units = new Map(panelsFor(metricNames).map(({ title, unit }) => [title, unit]))
  expect(units.get('Reward')).toBe('')
  expect(units.get('Reward, correct')).toBe('')
  expect(units.get('Entropy by class')).toBe('nats')
  expect(units.get('Response length')).toBe('tokens')
  const ofRuns = new Map(singlePanelsFor(metricNames).map(({ title, unit }) => [title, unit]))
  expect(ofRuns.get('Ratio, largest')).toBe('')
  expect(ofRuns.get('Generation time')).toBe('s')
})

test('rows are of three where the last one is fuller then', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].filter(fillsRowsOfThree)).toEqual([5, 6, 9])
})
