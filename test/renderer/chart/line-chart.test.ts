import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { type AxisOptions, axisScale, onPixels } from '../../../src-renderer/chart/axis-scale.ts'
import { useChartView } from '../../../src-renderer/chart/chart-view.ts'
import { type ChartLine, type ChartStyle, layOutChart } from '../../../src-renderer/chart/line-chart.ts'
import { type ChartContext, paintChart } from '../../../src-renderer/chart/paint-chart.ts'
import { chartPalettes } from '../../../src-renderer/chart/palette.ts'
import { PanelController } from '../../../src-renderer/chart/panel-controller.ts'
import { createFrameQueue } from '../../../src-renderer/lib/frame-queue.ts'
import { emptyColumns, mergeSeries } from '../../../src-renderer/lib/run-columns.ts'
import { pointColumns } from './point-columns.ts'

const plain: AxisOptions = { logarithmic: false, ticks: 6, whole: false, exact: false, format: String }
const tickValues = (ends: readonly [number, number], options: Partial<AxisOptions> = {}): number[] =>
  axisScale(ends, { ...plain, ...options }).ticks.map(({ value }) => value)

test('a linear axis ends at round ticks, or where it is told to', () => {
  expect(tickValues([0.13, 0.87])).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1])
  expect(tickValues([0, 10_001], { ticks: 7, whole: true })).toEqual([0, 2000, 4000, 6000, 8000, 10_000, 12_000])
  expect(tickValues([0, 2], { whole: true })).toEqual([0, 1, 2])
  expect(tickValues([-0.04, 0.06])).toEqual([-0.04, -0.02, 0, 0.02, 0.04, 0.06])
  const zoomed = axisScale([121, 479], { ...plain, exact: true })
  expect([zoomed.min, zoomed.max]).toEqual([121, 479])
  expect(zoomed.ticks.map(({ value }) => value)).toEqual([200, 300, 400])
})

test('a logarithmic axis has powers of ten, finer ticks where it is short, and no place for zero', () => {
  expect(tickValues([0.003, 40], { logarithmic: true })).toEqual([0.01, 0.1, 1, 10])
  expect(tickValues([0.3, 0.8], { logarithmic: true })).toEqual([0.2, 0.5, 1])
  expect(tickValues([210, 290], { logarithmic: true, exact: true })).toEqual([220, 240, 260, 280])
  const scale = axisScale([1, 100], { ...plain, logarithmic: true })
  expect([scale.part(10), scale.at(0.5)]).toEqual([expect.closeTo(0.5, 12), expect.closeTo(10, 12)])
  expect([scale.part(0), scale.part(-1)]).toEqual([Number.NaN, Number.NaN])
})

test('every axis holds its values with few ticks, and pixels lead back to values', () => {
  const value = fc.double({ min: 1e-6, max: 1e9, noNaN: true })
  fc.assert(
    fc.property(value, value, fc.integer({ min: 2, max: 9 }), fc.boolean(), (a, b, ticks, logarithmic) => {
      fc.pre(Math.abs(a - b) > 1e-6 * Math.max(a, b))
      const [low, high] = [Math.min(a, b), Math.max(a, b)]
      const scale = onPixels(axisScale([low, high], { ...plain, ticks, logarithmic }), 200, 10)
      expect(scale.min).toBeLessThanOrEqual(low * (1 + 1e-9))
      expect(scale.max).toBeGreaterThanOrEqual(high * (1 - 1e-9))
      expect(scale.ticks.length).toBeLessThanOrEqual(Math.max(ticks, 3))
      expect(scale.valueAt(scale.pixelOf(high)) / high).toBeCloseTo(1, 6)
    }),
  )
})

const style: ChartStyle = {
  palette: chartPalettes.light,
  ...{ axis: 'step', logX: false, logY: false, bands: false },
}
const measure = (text: string): number => 6 * text.length

function line(label: string, xs: number[], ys: number[], rest: Partial<ChartLine> = {}): ChartLine {
  const points = { ...pointColumns(xs, ys), rows: xs.length, revision: 0, smoothing: 0, axis: 'step' as const }
  return { label, colour: '#0072b2', dash: [], smoothed: false, ...rest, points: { ...points, average: 0, weight: 0 } }
}

/** A context that keeps what was asked of it. */
function recorder() {
  const calls: [string, ...unknown[]][] = []
  const context = new Proxy({} as ChartContext, {
    get: (_, name: string) =>
      name === 'measureText'
        ? (text: string) => ({ width: measure(text) })
        : (...values: unknown[]) => calls.push([name, ...values]),
    set: (_, name: string, value) => calls.push([`${name}=`, value]) > 0,
  })
  const texts = (): unknown[] => calls.filter(([name]) => name === 'fillText').map(([, text]) => text)
  return { context, calls, texts }
}

test('a chart shows its lines from the start of training, labels beside them and names at their ends', () => {
  const lines = [line('reward', [1, 2, 3, 4], [0.1, 0.5, 0.2, 0.9]), line('accuracy', [1, 4], [0.2, 0.3])]
  const chart = layOutChart(lines, style, { width: 400, height: 180 }, null, measure)
  expect([chart.x.min, chart.x.max, chart.y.min, chart.y.max]).toEqual([0, 4, 0, 1])
  expect(chart.area.left).toBeGreaterThanOrEqual(measure('0.2'))
  expect(400 - chart.area.right).toBeGreaterThanOrEqual(measure('accuracy'))
  const { context, calls, texts } = recorder()
  paintChart(context, chart, style, [])
  expect(texts()).toEqual(['0', '0.2', '0.4', '0.6', '0.8', '1', '0', '1', '2', '3', '4', 'reward', 'accuracy'])
  const places = calls.filter(([name]) => name === 'moveTo' || name === 'lineTo').map(([, x, y]) => [x, y])
  const at = (x: number, y: number) => [chart.x.pixelOf(x), chart.y.pixelOf(y)]
  expect(places).toEqual([at(1, 0.2), at(4, 0.3), at(1, 0.1), at(2, 0.5), at(3, 0.2), at(4, 0.9)])
  expect(chart.x.valueAt(chart.x.pixelOf(3))).toBeCloseTo(3, 9)
})

test('the y axis is of what the range shows; a suggested range widens it', () => {
  const lines = [line('reward', [1, 2, 3, 4, 5], [90, 0.5, 0.2, 0.9, 80])]
  const zoomed = layOutChart(lines, style, { width: 400, height: 180 }, [2, 4], measure)
  expect([zoomed.x.min, zoomed.x.max, zoomed.y.min, zoomed.y.max]).toEqual([2, 4, 0.2, 1])
  const suggested = layOutChart(
    lines,
    { ...style, suggestedRange: [0, 2] },
    { width: 400, height: 180 },
    [2, 4],
    measure,
  )
  expect([suggested.y.min, suggested.y.max]).toEqual([0, 2])
  const empty = layOutChart([line('none', [], [])], style, { width: 400, height: 180 }, null, measure)
  expect([empty.x.min, empty.x.max, empty.y.min, empty.y.max]).toEqual([0, 1, 0, 1])
})

test('on a logarithmic axis a line is broken where its values have no place', () => {
  const lines = [line('kl', [1, 2, 3, 4], [0.1, -0.1, 1, 10])]
  const chart = layOutChart(lines, { ...style, logY: true }, { width: 400, height: 180 }, null, measure)
  const { context, calls } = recorder()
  paintChart(context, chart, style, [])
  expect(calls.filter(([name]) => name === 'moveTo').length).toBe(2)
  expect(calls.flat().some(Number.isNaN)).toBe(false)
})

test('marks that share a pixel are drawn once', () => {
  const lines = [line('reward', [1, 10_000], [0, 1])]
  const chart = layOutChart(lines, style, { width: 400, height: 180 }, null, measure)
  const mark = (x: number) => ({ step: x, x, kind: 'event' as const, text: '' })
  const rectangles = (places: number[]): number => {
    const { context, calls } = recorder()
    paintChart(context, chart, style, places.map(mark))
    return calls.filter(([name]) => name === 'fillRect').length
  }
  const none = rectangles([])
  expect(rectangles([5000, 5001, 5002]) - none).toBe(1)
  expect(rectangles([1000, 5000, 20_000]) - none).toBe(2)
})

/** A controller over columns of so many steps, with a screen whose frames and clock the test turns. */
function panel(steps: number) {
  const columns = emptyColumns()
  const add = (from: number, count: number): void => {
    const numbers = Array.from({ length: count }, (_, index) => from + index)
    mergeSeries(columns, {
      runId: 'run',
      steps: numbers,
      atMs: numbers,
      elapsedMs: numbers,
      values: { reward: numbers },
    })
  }
  add(1, steps)
  const listeners: (() => void)[] = []
  const live = {
    columnsOf: () => columns,
    subscribeSeries: (_: string, listener: () => void) => {
      listeners.push(listener)
      return () => {}
    },
  }
  let callbacks: (() => void)[] = []
  const frames = createFrameQueue({ schedule: (callback) => callbacks.push(callback), nowMs: () => 0, budgetMs: 8 })
  const { context } = recorder()
  const canvas = () => ({ dataset: {}, style: {}, getContext: () => context }) as unknown as HTMLCanvasElement
  const readOut = vi.fn()
  const sources = [{ runId: 'run', metric: 'reward', label: 'reward', colour: '#0072b2', dash: [] }]
  const look = { ...style, sources, smoothing: 0, marks: [] }
  const controller = new PanelController(live, frames, { chart: canvas(), hover: canvas(), readOut }, look, Date.now)
  controller.resize(400, 180)
  const frame = (): void => {
    const now = callbacks
    callbacks = []
    for (const callback of now) callback()
  }
  return {
    ...{ controller, frame, readOut },
    step(count = 1): void {
      add(columns.steps.length + 1, count)
      for (const listener of listeners) listener()
    },
  }
}

test('a panel is painted in sight alone; a short curve with every step', () => {
  useChartView.setState({ range: null, hoverX: null })
  const { controller, frame, step } = panel(10)
  step()
  frame()
  expect(controller.paints).toBe(0)
  controller.setVisible(true)
  frame()
  expect([controller.paints, controller.painted?.lines[0]?.main.length]).toEqual([1, 11])
  step()
  step()
  frame()
  expect([controller.paints, controller.painted?.lines[0]?.main.length]).toEqual([2, 13])
})

test('a long curve is painted when it has grown by a pixel, and at last after a second; its numbers follow sooner', () => {
  vi.useFakeTimers()
  useChartView.setState({ range: null, hoverX: null })
  const { controller, frame, step, readOut } = panel(10_000)
  controller.setVisible(true)
  frame()
  step()
  frame()
  vi.advanceTimersByTime(250)
  frame()
  expect(controller.paints).toBe(1)
  expect(readOut).toHaveBeenLastCalledWith([10_001])
  vi.advanceTimersByTime(750)
  frame()
  expect(controller.paints).toBe(2)
  expect(controller.painted?.lines[0]?.main.at(-1)?.x).toBe(10_001)
  step(100)
  vi.advanceTimersByTime(250)
  frame()
  expect(controller.paints).toBe(3)
  controller.destroy()
  vi.useRealTimers()
})
