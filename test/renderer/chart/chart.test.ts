import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { metricNames } from '../../../src-preload/contract/metrics.ts'
import { pointsInSight } from '../../../src-renderer/chart/decimate.ts'
import { spreadLabels } from '../../../src-renderer/chart/label-layout.ts'
import {
  emptyPoints,
  indexAt,
  type LinePoints,
  nearestIndex,
  updatePoints,
} from '../../../src-renderer/chart/line-points.ts'
import { metricSources } from '../../../src-renderer/chart/metric-sources.ts'
import { chartPalettes, dashes, lineColour, lineDash } from '../../../src-renderer/chart/palette.ts'
import { panelsFor, singlePanelsFor } from '../../../src-renderer/chart/panels.ts'
import { chartRows, chartSummary } from '../../../src-renderer/chart/summary.ts'
import { contrast, parseColour } from '../../../src-renderer/lib/colour.ts'
import { MetricColumn } from '../../../src-renderer/lib/metric-column.ts'
import { emptyColumns, forgetAfter, mergeSeries } from '../../../src-renderer/lib/run-columns.ts'
import { pointColumns } from './point-columns.ts'

const columnsOf = (values: (number | null)[]) => {
  const columns = emptyColumns()
  const steps = values.map((_, index) => index + 1)
  mergeSeries(columns, { runId: 'run', steps, atMs: steps, elapsedMs: steps, values: { reward: values } })
  return columns
}

const filled = (points: LinePoints, column: 'x' | 'raw' | 'smooth'): number[] => [
  ...points[column].subarray(0, points.count),
]

describe('points of a line', () => {
  test('appending step by step gives what reading at once gives', () => {
    const values = [0.1, null, 0.4, 0.2, Number.NaN, 0.9]
    const whole = emptyPoints(0.6)
    updatePoints(whole, columnsOf(values), 'reward', 0)
    const grown = emptyPoints(0.6)
    const columns = emptyColumns()
    values.forEach((value, index) => {
      mergeSeries(columns, { runId: 'run', steps: [index + 1], atMs: [0], elapsedMs: [0], values: { reward: [value] } })
      updatePoints(grown, columns, 'reward', index)
    })
    expect(filled(grown, 'x')).toEqual([1, 3, 4, 6])
    for (const column of ['x', 'raw', 'smooth'] as const) expect(filled(grown, column)).toEqual(filled(whole, column))
  })

  test('smoothing is a moving average without the pull of its start', () => {
    const points = emptyPoints(0.5)
    updatePoints(points, columnsOf([1, 0]), 'reward', 0)
    // weights 0.5 and 0.25 of 0.75: (0.25 * 1 + 0.5 * 0) / 0.75
    expect(filled(points, 'smooth')).toEqual([1, expect.closeTo(1 / 3, 12)])
    const unsmoothed = emptyPoints(0)
    updatePoints(unsmoothed, columnsOf([1, 0]), 'reward', 0)
    expect(filled(unsmoothed, 'smooth')).toEqual([1, 0])
  })

  test('a changed row or a forgotten step is read anew', () => {
    const columns = columnsOf([1, 2, 3])
    const points = emptyPoints(0)
    updatePoints(points, columns, 'reward', 0)
    mergeSeries(columns, { runId: 'run', steps: [3], atMs: [0], elapsedMs: [0], values: { reward: [9] } })
    updatePoints(points, columns, 'reward', 2)
    expect(filled(points, 'raw')).toEqual([1, 2, 9])
    forgetAfter(columns, 1)
    updatePoints(points, columns, 'reward', points.rows)
    expect(filled(points, 'raw')).toEqual([1])
  })

  test('a metric that comes after its steps is read from the first', () => {
    const columns = columnsOf([1, 2, 3])
    const points = emptyPoints(0)
    updatePoints(points, columns, 'kl', 0)
    expect(points.count).toBe(0)
    columns.values.set('kl', new MetricColumn(Float64Array.of(4, 5, 6)))
    updatePoints(points, columns, 'kl', points.rows)
    expect(filled(points, 'raw')).toEqual([4, 5, 6])
  })

  test('the nearest point is found', () => {
    const points = pointColumns([1, 2, 5, 9], [0, 0, 0, 0])
    expect([0, 1, 3.4, 3.6, 7, 100].map((x) => nearestIndex(points, x))).toEqual([0, 0, 1, 2, 2, 3])
    expect(nearestIndex(pointColumns([], []), 3)).toBe(-1)
    expect([5, 6].map((x) => indexAt(points, x))).toEqual([2, -1])
  })

  test('of many points those are drawn that a pixel can show, and no extreme is lost', () => {
    const values = fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 1, maxLength: 400 })
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 60 }), fc.boolean(), (ys, pixels, logarithmic) => {
        const points = pointColumns(
          ys.map((_, index) => index + 1),
          ys,
        )
        const drawn = pointsInSight(points, points.raw, { range: null, pixels, logarithmic })
        expect(drawn.length).toBeLessThanOrEqual(pixels + 4)
        expect(drawn[0]).toEqual({ x: 1, y: ys[0] })
        expect(drawn.at(-1)).toEqual({ x: ys.length, y: ys.at(-1) })
        const heights = drawn.map(({ y }) => y)
        expect([Math.min(...heights), Math.max(...heights)]).toEqual([Math.min(...ys), Math.max(...ys)])
        drawn.forEach(({ x, y }, index) => {
          expect(ys[x - 1]).toBe(y)
          if (index > 0) expect(x).toBeGreaterThan(drawn[index - 1]!.x)
        })
      }),
    )
  })

  test('a zoom draws what is in it and one point beyond; a logarithmic axis begins above zero', () => {
    const points = pointColumns([0, 1, 2, 3, 4, 5], [9, 1, 2, 3, 4, 5])
    const xs = (range: [number, number] | null, logarithmic: boolean) =>
      pointsInSight(points, points.raw, { range, pixels: 100, logarithmic }).map(({ x }) => x)
    expect(xs([2, 3.5], false)).toEqual([1, 2, 3, 4])
    expect(xs(null, true)).toEqual([1, 2, 3, 4, 5])
    expect(xs([0, 1.5], true)).toEqual([1, 2])
  })
})

test('direct labels are kept apart and inside, in their order', () => {
  expect(spreadLabels([50, 52, 51], 12, 0, 100)).toEqual([50, 74, 62])
  expect(spreadLabels([98, 99], 12, 0, 100)).toEqual([88, 100])
  const wanted = fc.array(fc.double({ min: 0, max: 200, noNaN: true }), { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(wanted, (heights) => {
      const placed = spreadLabels(heights, 12, 0, 200).toSorted((a, b) => a - b)
      expect(placed.at(-1)).toBeLessThanOrEqual(200)
      placed.forEach((height, index) => {
        if (index > 0) expect(height - placed[index - 1]!).toBeGreaterThanOrEqual(12 - 1e-9)
      })
    }),
  )
})

describe('panels', () => {
  test('every recorded metric is in exactly one panel', () => {
    const curves = [...metricNames.filter((name) => !name.endsWith('/stderr')), 'imported/thing']
    const shown = panelsFor([...curves, 'eval/greedy/stderr']).flatMap((panel) => panel.metrics)
    expect(shown.toSorted()).toEqual(curves.toSorted())
  })

  test('a panel without recorded metrics is left out', () => {
    const panels = panelsFor(['entropy', 'entropy/reasoning'])
    expect(panels.map((panel) => [panel.title, panel.metrics])).toEqual([
      ['Entropy by class', ['entropy', 'entropy/reasoning']],
    ])
    expect(singlePanelsFor(['entropy', 'entropy/reasoning']).map((panel) => panel.title)).toEqual([
      'Entropy',
      'Entropy, reasoning',
    ])
  })

  test('the token classes look the same in every panel, and differ in dash as well as colour', () => {
    const entropy = metricSources('run', ['entropy', 'entropy/reasoning', 'entropy/knowledge'], 'light')
    const kl = metricSources('run', ['kl/reasoning'], 'light')
    expect(entropy[1]!.colour).toBe(kl[0]!.colour)
    expect(new Set(entropy.map((source) => source.dash.join())).size).toBe(3)
    expect(new Set(dashes.map((dash) => dash.join())).size).toBe(dashes.length)
    const looks = Array.from({ length: 49 }, (_, line) => `${lineColour(chartPalettes.dark, line)} ${lineDash(line)}`)
    expect(new Set(looks).size).toBe(looks.length)
  })

  test.each(['light', 'dark'] as const)('lines and labels can be told from the %s ground', (theme) => {
    const { surface, lines, neutral, reasoning, knowledge, quiet } = chartPalettes[theme]
    for (const colour of [...lines, neutral, reasoning, knowledge])
      expect(contrast(parseColour(colour), parseColour(surface)), colour).toBeGreaterThanOrEqual(3)
    expect(contrast(parseColour(quiet), parseColour(surface))).toBeGreaterThanOrEqual(4.5)
  })
})

test('a chart in words and as a table', () => {
  const lines = [
    {
      label: 'reasoning',
      points: pointColumns([1, 2, 3], [0.5, 0.25, 0.75]),
    },
    { label: 'knowledge', points: pointColumns([2], [0.1]) },
    { label: 'none', points: pointColumns([], []) },
  ]
  expect(chartSummary('Entropy', 'nats', lines)).toBe(
    'Line chart: Entropy, nats. reasoning: 0.75 at step 3, least 0.25 at step 2, most 0.75 at step 3. ' +
      'knowledge: 0.1 at step 2, least 0.1 at step 2, most 0.1 at step 2.',
  )
  expect(chartSummary('KL', '', [])).toBe('Line chart: KL. No values yet.')
  expect(chartRows(lines)).toEqual([
    { x: 1, values: [0.5, null, null] },
    { x: 2, values: [0.25, 0.1, null] },
    { x: 3, values: [0.75, null, null] },
  ])
  expect(chartRows(lines, [1.5, 2.5])).toEqual([{ x: 2, values: [0.25, 0.1, null] }])
})
