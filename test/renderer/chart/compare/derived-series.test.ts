import { expect, test } from 'vitest'
import { curveSources } from '../../../../src-renderer/chart/compare/curve-sources.ts'
import {
  type Derivation,
  DerivedSeries,
  derivedColumns,
  derivedId,
  type SeriesSource,
} from '../../../../src-renderer/chart/compare/derived-series.ts'
import { chartPalettes } from '../../../../src-renderer/chart/palette.ts'
import { emptyColumns, mergeSeries, type RunColumns } from '../../../../src-renderer/lib/run-columns.ts'

function run(steps: readonly number[], reward: readonly (number | null)[]): RunColumns {
  const columns = emptyColumns()
  const at = steps.map((step) => step * 10)
  mergeSeries(columns, { runId: 'r', steps, atMs: at, elapsedMs: at, values: { reward } })
  return columns
}

const runs: Record<string, RunColumns> = {
  a: run([1, 2, 3, 4], [1, 2, null, 4]),
  b: run([1, 2, 4, 5], [3, 6, 0, 9]),
  base: run([2, 4], [1, 1.5]),
}
const of = (changes: Partial<Derivation>) => {
  const derivation = { part: 'mean', band: 'range', metric: 'reward', ids: ['a', 'b'], minus: [], ...changes } as const
  const { steps, values } = derivedColumns(derivation as Derivation, (id) => runs[id]!)
  return steps.map((step, row) => [step, values.get('reward')!.at(row)])
}

test('the mean of seeds holds where all of them recorded the metric, and the band lies around it', () => {
  expect(of({})).toEqual([
    [1, 2],
    [2, 4],
    [4, 2],
  ])
  expect(of({ part: 'low' }).map(([, value]) => value)).toEqual([1, 2, 0])
  expect(of({ part: 'high' }).map(([, value]) => value)).toEqual([3, 6, 4])
  // Two values x apart have a standard error of half of x.
  expect(of({ part: 'high', band: 'stderr' }).map(([, value]) => value)).toEqual([3, 6, 4])
  expect(of({ part: 'high', band: 'stderr', ids: ['a', 'b', 'base'] })).toHaveLength(2)
})

test('a difference takes the mean of the baseline away from values and band, at the steps both have', () => {
  expect(of({ minus: ['base'] })).toEqual([
    [2, 3],
    [4, 0.5],
  ])
  expect(of({ part: 'low', minus: ['base'] }).map(([, value]) => value)).toEqual([1, -1.5])
  expect(of({ ids: ['a'], minus: ['a'] }).map(([, value]) => value)).toEqual([0, 0, 0])
})

test('a derived curve is made once, and anew when a run of it grew or an evaluation changed its last row', () => {
  const growing = { a: run([1, 2], [1, 2]), b: run([1, 2], [3, 4]) }
  const source: SeriesSource = { columnsOf: (id) => growing[id as 'a' | 'b'], subscribeSeries: () => () => {} }
  const series = new DerivedSeries(source)
  const id = derivedId({ part: 'mean', band: 'range', metric: 'reward', ids: ['a', 'b'], minus: [] })
  const first = series.columnsOf(id)
  expect(series.columnsOf(id)).toBe(first)
  expect(series.columnsOf('a')).toBe(growing.a)
  growing.a.values.get('reward')!.set(1, 4)
  const changed = series.columnsOf(id)
  expect(changed.values.get('reward')!.at(1)).toBe(4)
  expect(changed.revision).toBeGreaterThan(first.revision)
})

test('a group of seeds is a line with the edges of its band; the baseline itself has no difference', () => {
  const groups = [
    { name: 'archer, 2 seeds', ids: ['a', 'b'] },
    { name: 'grpo', ids: ['base'] },
  ]
  const choice = { groups, baseline: 1, difference: false, band: 'range' } as const
  const palette = chartPalettes.light
  const lines = curveSources(choice, 'reward', palette)
  expect(lines.map(({ label, edge }) => [label, edge?.filled])).toEqual([
    ['archer, 2 seeds ↑', true],
    ['archer, 2 seeds ↓', false],
    ['archer, 2 seeds', undefined],
    ['grpo', undefined],
  ])
  expect(lines[3]!.runId).toBe('base')
  const differences = curveSources({ ...choice, difference: true }, 'reward', palette)
  expect(differences.map(({ label }) => label)).not.toContain('grpo')
  expect(differences[2]!.runId).toContain('"minus":["base"]')
  expect(differences[2]!.colour).toBe(lines[2]!.colour)
  const third = curveSources({ ...choice, groups: [groups[0]!, { ...groups[1]!, place: 2 }] }, 'reward', palette)
  expect(third[3]!.colour).toBe(palette.lines[2])
})
