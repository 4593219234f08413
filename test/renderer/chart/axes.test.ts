import { expect, test } from 'vitest'
import { axes, placeOfStep, stepOfPlace } from '../../../src-renderer/chart/axis.ts'
import { chartCsv, chartSvg } from '../../../src-renderer/chart/export.ts'
import { emptyPoints, updatePoints } from '../../../src-renderer/chart/line-points.ts'
import { marksOf } from '../../../src-renderer/chart/marks.ts'
import { panelSections, panelsFor } from '../../../src-renderer/chart/panels.ts'
import { emptyColumns, mergeSeries } from '../../../src-renderer/lib/run-columns.ts'
import { cloudSizes } from '../../../src-renderer/pages/run/token-cloud.ts'
import { pointColumns } from './point-columns.ts'

function columns() {
  const all = emptyColumns()
  mergeSeries(all, {
    runId: 'run',
    steps: [0, 1, 2],
    atMs: [0, 1, 2],
    elapsedMs: [0, 60_000, 120_000],
    values: { num_tokens: [null, 1500, 3000], reward: [null, 0.5, 0.6] },
  })
  return all
}

test('curves go over steps, tokens or training time', () => {
  const places = (axis: 'step' | 'tokens' | 'time'): number[] => {
    const points = emptyPoints(0, axis)
    updatePoints(points, columns(), 'reward', 0)
    return [...points.x.subarray(0, points.count)]
  }
  expect(places('step')).toEqual([1, 2])
  expect(places('tokens')).toEqual([1500, 3000])
  expect(places('time')).toEqual([60, 120])
  expect(placeOfStep('tokens', columns(), 2)).toBe(3000)
  expect(placeOfStep('tokens', columns(), 7)).toBeNull()
  expect(stepOfPlace('time', columns(), 60)).toBe(1)
  expect(stepOfPlace('time', columns(), 61)).toBeNull()
  expect([axes.tokens.format(1_250_000), axes.time.format(3720)]).toEqual(['1.25M', '1 h 02 min'])
})

test('percentiles share a panel of bands, greatest first', () => {
  const [panel] = panelsFor(['entropy/p50', 'entropy/p95', 'entropy/p80'])
  expect(panel).toMatchObject({ bands: true, metrics: ['entropy/p95', 'entropy/p80', 'entropy/p50'] })
})

test('panels are sorted by theme below what is looked at most, and found by title or metric', () => {
  const names = ['reward', 'accuracy', 'eval/greedy', 'entropy', 'kl', 'clip_ratio', 'grad_norm', 'loss', 'ratio/max']
  const sections = panelSections(panelsFor(names))
  expect(sections.map(({ title, panels }) => [title, panels.length])).toEqual([
    ['Overview', 6],
    ['Clipping', 1],
    ['Optimizer', 2],
  ])
  expect(panelSections(panelsFor(names), 'ratio/m').map(({ title }) => title)).toEqual(['Clipping'])
  expect(panelSections(panelsFor(names), 'nothing')).toEqual([])
})

test('checkpoints and remarkable events are marked, the ordinary ones are not', () => {
  const event = (kind: string, step: number) => ({ atMs: 0, kind, step, message: `${kind} at ${step}` })
  const checkpoints = [{ step: 20, folder: '', createdAtMs: 0, bytes: 1 }]
  expect(marksOf({ checkpoints, events: [event('started', 0), event('paused', 7)] })).toEqual([
    { step: 20, kind: 'checkpoint', text: 'checkpoint 20' },
    { step: 7, kind: 'event', text: 'paused at 7' },
  ])
})

test('a panel is saved as numbers or as a drawing', () => {
  const points = pointColumns([1, 2], [0.5, 0.75])
  const lines = [{ label: 'a, "b" <c>', colour: '#0072b2', dash: [6, 3], points, smoothed: false }]
  expect(chartCsv('step', lines)).toBe('step,"a, ""b"" <c>"\n1,0.5\n2,0.75\n')
  const scale = { min: 0, max: 2, ticks: [{ value: 2, label: '2' }], part: (value: number) => value / 2 }
  const drawing = chartSvg({ title: 'Reward <1>', axisLabel: 'step', lines, bands: false, x: scale, y: scale })
  expect(drawing).toContain('Reward &lt;1&gt;')
  expect(drawing).toContain('a, &quot;b&quot; &lt;c&gt; 0.75')
  expect(drawing).toContain('M317.0 295.0L570.0 252.5')
  expect(drawing).not.toContain('<c>')
})

test('a drawing of percentiles fills the room between them, as the canvas does', () => {
  const line = (label: string, colour: string, y: readonly number[]) => ({
    ...{ label, colour, dash: [], points: pointColumns([0, 2], y), smoothed: false },
  })
  const lines = [line('p95', '#0072b2', [2, 2]), line('p50', '#d55e00', [1, 1]), line('p5', '#00805c', [0, 0])]
  const scale = { min: 0, max: 2, ticks: [], part: (value: number) => value / 2 }
  const drawn = { title: 'Percentiles', axisLabel: 'step', lines, x: scale, y: scale }
  const fills = (svg: string) => [...svg.matchAll(/<path d="(.*)" fill="(#\w+)" fill-opacity="0\.16"/g)]
  expect(fills(chartSvg({ ...drawn, bands: true })).map(([, path, colour]) => [colour, path])).toEqual([
    ['#0072b2', 'M64.0 40.0L570.0 40.0L570.0 210.0L64.0 210.0Z'],
    ['#d55e00', 'M64.0 210.0L570.0 210.0L570.0 380.0L64.0 380.0Z'],
  ])
  expect(fills(chartSvg({ ...drawn, bands: false }))).toEqual([])
  const edges = lines.map((one, index) => (index < 2 ? { ...one, edge: { of: 'p5', filled: index === 0 } } : one))
  const ofSeeds = chartSvg({ ...drawn, lines: edges, bands: false })
  expect(fills(ofSeeds)).toHaveLength(1)
  expect(ofSeeds.match(/stroke-width="0\.75" stroke-opacity="0\.34"/g)).toHaveLength(2)
})

test('a token cloud grows its letters with the logarithm of the occurrences', () => {
  expect(cloudSizes([1, 10, 100])).toEqual([13, 24, 34])
  expect(cloudSizes([5, 5])).toEqual([13, 13])
  expect(cloudSizes([])).toEqual([])
})
