import { expect, test } from 'vitest'
import { formatBytes, formatDuration, formatNumber, formatPercent } from '../../../src-renderer/lib/format.ts'

test.each([
  [0, '0'],
  [0.123456, '0.1235'],
  [-0.5, '−0.5'],
  [12345.6, '12,346'],
  [3e-7, '3.00e−7'],
  [2.5e9, '2.50e9'],
  [null, '–'],
  [Number.NaN, 'NaN'],
  [Number.NEGATIVE_INFINITY, '−∞'],
])('number %s is %s', (value, text) => {
  expect(formatNumber(value)).toBe(text)
})

test.each([
  [3400, '3 s'],
  [65_000, '1 min 05 s'],
  [7_620_000, '2 h 07 min'],
  [273_600_000, '3 d 4 h'],
  [null, '–'],
])('%s ms is %s', (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text)
})

test('bytes and percents carry their unit', () => {
  expect(formatBytes(18_000_000)).toBe('18 MB')
  expect(formatBytes(999)).toBe('999 B')
  expect(formatPercent(0.7188, 1)).toBe('71.9 %')
})
