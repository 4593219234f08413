import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { metricNames } from '../../../src-preload/contract/metrics.ts'
import { spreadLabels } from '../../../src-renderer/chart/label-layout.ts'
import { emptyPoints, nearestIndex, updatePoints } from '../../../src-renderer/chart/line-points.ts'
import { metricSources } from '../../../src-renderer/chart/metric-sources.ts'
import { chartPalettes, dashes } from '../../../src-renderer/chart/palette.ts'
import { panelsFor, singlePanelsFor } from '../../../src-renderer/chart/panels.ts'
import { chartRows, chartSummary } from '../../../src-renderer/chart/summary.ts'
import { contrast, parseColour } from '../../../src-renderer/lib/colour.ts'
import { emptyColumns, mergeSeries } from '../../../src-renderer/lib/run-columns.ts'

const columnsOf = (values: (number | null)[]) => {
  const columns = emptyColumns()
  const steps = values.map((_, index) => index + 1)
  mergeSeries(columns, { runId: 'run', steps, atMs: steps, elapsedMs: steps, values: { reward: values } })
  return columns
}

describe('points of a line', () => {
  test('appending step by step gives what reading at once gives', () => {
    const values = [0.1, null, 0.4, 0.2, Number.NaN, 0.9]
    const whole = emptyPoints(0.6)
    updatePoints(whole, columnsOf(values), 'reward', 0)
    const grown = emptyPoints(0.6)
    const arrays = [grown.raw, grown.smooth]
    const columns = emptyColumns()
    values.forEach((value, index) => {
      mergeSeries(columns, { runId: 'run', steps: [index + 1], atMs: [0], elapsedMs: [0], values: { reward: [value] } })
      updatePoints(grown, columns, 'reward', index)
    })
    expect(grown.raw).toEqual(whole.raw)
    expect(grown.smooth).toEqual(whole.smooth)
    expect([grown.raw, grown.smooth]).toEqual(arrays)
    expect(grown.raw).toBe(arrays[0])
  })

  test('smoothing is a moving average without the pull of its start', () => {
    const points = emptyPoints(0.5)
    updatePoints(points, columnsOf([1, 0]), 'reward', 0)
    // weights 0.5 and 0.25 of 0.75: (0.25 * 1 + 0.5 * 0) / 0.75
    expect(points.smooth).toEqual([
      { x: 1, y: 1 },
      { x: 2, y: expect.closeTo(1 / 3, 12) },
    ])
    const unsmoothed = emptyPoints(0)
    updatePoints(unsmoothed, columnsOf([1, 0]), 'reward', 0)
    expect(unsmoothed.smooth).toEqual(unsmoothed.raw)
  })

  test('a changed row or a forgotten step is read anew', () => {
    const columns = columnsOf([1, 2, 3])
    const points = emptyPoints(0)
    updatePoints(points, columns, 'reward', 0)
    mergeSeries(columns, { runId: 'run', steps: [3], atMs: [0], elapsedMs: [0], values: { reward: [9] } })
    updatePoints(points, columns, 'reward', 2)
    expect(points.raw.map((point) => point.y)).toEqual([1, 2, 9])
  })

  test('the nearest point is found', () => {
    const points = [1, 2, 5, 9].map((x) => ({ x, y: 0 }))
    expect([0, 1, 3.4, 3.6, 7, 100].map((x) => nearestIndex(points, x))).toEqual([0, 0, 1, 2, 2, 3])
    expect(nearestIndex([], 3)).toBe(-1)
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
      raw: [
        { x: 1, y: 0.5 },
        { x: 2, y: 0.25 },
        { x: 3, y: 0.75 },
      ],
    },
    { label: 'knowledge', raw: [{ x: 2, y: 0.1 }] },
    { label: 'none', raw: [] },
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
})
