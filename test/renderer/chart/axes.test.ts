import { expect, test } from 'vitest'
import { axes, extentOf, placeOfStep, stepOfPlace } from '../../../src-renderer/chart/axis.ts'
import { emptyPoints, updatePoints } from '../../../src-renderer/chart/line-points.ts'
import { marksOf } from '../../../src-renderer/chart/marks.ts'
import { panelSections, panelsFor } from '../../../src-renderer/chart/panels.ts'
import { emptyColumns, mergeSeries } from '../../../src-renderer/lib/run-columns.ts'
import { cloudSizes } from '../../../src-renderer/pages/run/token-cloud.ts'

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

test('an axis reaches over all that the runs recorded, on a logarithmic one from the first place above zero', () => {
  const later = emptyColumns()
  mergeSeries(later, { runId: 'b', steps: [5], atMs: [0], elapsedMs: [9000], values: { num_tokens: [700] } })
  expect(extentOf('step', false, [columns(), later])).toEqual([0, 5])
  expect(extentOf('step', true, [columns(), later])).toEqual([1, 5])
  expect(extentOf('tokens', true, [columns(), later])).toEqual([700, 3000])
  expect(extentOf('time', false, [emptyColumns()])).toBeNull()
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

test('a token cloud grows its letters with the logarithm of the occurrences', () => {
  expect(cloudSizes([1, 10, 100])).toEqual([13, 24, 34])
  expect(cloudSizes([5, 5])).toEqual([13, 13])
  expect(cloudSizes([])).toEqual([])
})
