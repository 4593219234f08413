import { expect, test, vi } from 'vitest'
import { useChartView } from '../../../src-renderer/chart/chart-view.ts'
import { hoverScene } from '../../../src-renderer/chart/hover-layer.ts'
import {
  type ChartLine,
  type ChartStyle,
  createLineChart,
  paintedChart,
  updateLineChart,
} from '../../../src-renderer/chart/line-chart.ts'
import type { PlacedMark } from '../../../src-renderer/chart/marks.ts'
import { chartPalettes } from '../../../src-renderer/chart/palette.ts'
import { PanelController } from '../../../src-renderer/chart/panel-controller.ts'
import { createFrameQueue } from '../../../src-renderer/lib/frame-queue.ts'
import { emptyColumns, mergeSeries } from '../../../src-renderer/lib/run-columns.ts'
import { pointColumns } from './point-columns.ts'

const style: ChartStyle = {
  palette: chartPalettes.light,
  ...{ axis: 'step', logX: false, logY: false, bands: false },
}
const measure = (text: string): number => 6 * text.length

function line(label: string, xs: number[], ys: number[], rest: Partial<ChartLine> = {}): ChartLine {
  const points = { ...pointColumns(xs, ys), rows: xs.length, revision: 0, smoothing: 0, axis: 'step' as const }
  return { label, colour: '#0072b2', dash: [], smoothed: false, ...rest, points: { ...points, average: 0, weight: 0 } }
}

/** A canvas that keeps what was asked of its context. */
function recorder() {
  const calls: [string, ...unknown[]][] = []
  const canvas: object = { dataset: {}, style: {}, getContext: () => context }
  const context = new Proxy(
    {},
    {
      get: (_, name: string) => {
        if (name === 'canvas') return canvas
        if (name === 'measureText') return (text: string) => ({ width: measure(text) })
        return (...values: unknown[]) => calls.push([name, ...values])
      },
      set: (_, name: string, value) => calls.push([`${name}=`, value]) > 0,
    },
  )
  return { canvas: canvas as HTMLCanvasElement, calls }
}

interface Shown {
  readonly style?: Partial<ChartStyle>
  readonly range?: readonly [number, number]
  readonly extent?: readonly [number, number]
  readonly marks?: readonly PlacedMark[]
}

/** A chart of 400 × 180 pixels as it is painted first. */
function paint(lines: readonly ChartLine[], { style: changes, range, extent, marks }: Shown = {}) {
  const { canvas, calls } = recorder()
  const content = {
    lines,
    style: { ...style, ...changes },
    range: range ?? null,
    extent: extent ?? null,
    marks: marks ?? [],
  }
  const painted = paintedChart(createLineChart(canvas, { width: 400, height: 180 }, content))
  const { x, y } = painted
  return {
    ...{ ...painted, calls },
    ends: [x.min, x.max, y.min, y.max],
    texts: calls.filter(([name]) => name === 'fillText').map(([, text]) => text),
    places: calls.filter(([name]) => name === 'moveTo' || name === 'lineTo').map(([, x, y]) => [x, y]),
  }
}

test('a chart shows its lines from the start of training, labels beside them and names at their ends', () => {
  const lines = [line('reward', [1, 2, 3, 4], [0.1, 0.5, 0.2, 0.9]), line('accuracy', [1, 4], [0.2, 0.3])]
  const { x, y, area, ends, texts, places } = paint(lines)
  expect(ends).toEqual([0, 4, 0, 1])
  expect(area.left).toBeGreaterThanOrEqual(measure('0.2'))
  expect(400 - area.right).toBeGreaterThanOrEqual(measure('accuracy'))
  expect(texts).toEqual(['0', '1', '2', '3', '4', '0', '0.2', '0.4', '0.6', '0.8', '1', 'reward', 'accuracy'])
  const at = (place: number, value: number) => [x.pixelOf(place), y.pixelOf(value)]
  const lined = [at(1, 0.2), at(4, 0.3), at(1, 0.1), at(2, 0.5), at(3, 0.2), at(4, 0.9)]
  expect(places.slice(-lined.length)).toEqual(lined)
  expect(x.valueAt(x.pixelOf(3))).toBeCloseTo(3, 9)
})

test('the y axis is of what the range shows; a suggested range widens it', () => {
  const lines = [line('reward', [1, 2, 3, 4, 5], [90, 0.5, 0.2, 0.9, 80])]
  expect(paint(lines, { range: [2, 4] }).ends).toEqual([2, 4, 0.2, 1])
  const suggested = paint(lines, { range: [2, 4], style: { suggestedRange: [0, 2] } })
  expect(suggested.ends.slice(2)).toEqual([0, 2])
  expect(paint([line('none', [], [])]).ends).toEqual([0, 1, 0, 1])
})

test('a panel of few points has the x axis of all panels; a logarithmic one ends at the data', () => {
  const lines = [line('greedy', [0, 25, 50], [0.4, 0.5, 0.6])]
  expect(paint(lines, { extent: [0, 60] }).ends.slice(0, 2)).toEqual([0, 60])
  const logarithmic = paint([line('reward', [1, 20], [0, 1])], { style: { logX: true } })
  expect(logarithmic.ends.slice(0, 2)).toEqual([1, 20])
  expect(logarithmic.texts).toContain('20')
  expect(logarithmic.texts).not.toContain('100')
  expect(paint(lines, { style: { logX: true }, extent: [1, 60] }).ends.slice(0, 2)).toEqual([1, 60])
  expect(
    paint([line('none', [], [])], { style: { logX: true } })
      .places.flat()
      .some(Number.isNaN),
  ).toBe(false)
})

test('the pointer marks the recorded value, which the numbers say, and where the smoothed line is', () => {
  const smoothed = line('reward', [1, 2], [0.5, 1])
  smoothed.points.smooth = Float64Array.of(0.5, 0.75)
  const lines = [{ ...smoothed, smoothed: true }, line('accuracy', [1, 2], [0.2, 0.4])]
  const painted = paint(lines)
  const { dots } = hoverScene(painted, lines, 2, null)
  expect(dots.map(({ y, ring }) => [y, ring])).toEqual([
    [painted.y.pixelOf(0.75), true],
    [painted.y.pixelOf(1), false],
    [painted.y.pixelOf(0.4), false],
  ])
})

test('on a logarithmic axis a line is broken where its values have no place', () => {
  const { calls, places } = paint([line('kl', [1, 2, 3, 4], [0.1, 0, 1, 10])], { style: { logY: true } })
  const drawn = calls.slice(calls.findLastIndex(([name]) => name === 'clip'))
  expect(drawn.filter(([name]) => name === 'moveTo').length).toBe(2)
  expect(places.flat().some(Number.isNaN)).toBe(false)
})

test.each([
  ['at the same size, of a part of a pixel', 386.66, 386.66],
  ['at another size', 386.66, 500.25],
])('other content is painted %s', (_, before, after) => {
  const { canvas, calls } = recorder()
  const content = (ys: number[]) => ({ lines: [line('reward', [1, 2], ys)], style, range: null, marks: [] })
  const chart = createLineChart(canvas, { width: before, height: 180 }, content([0, 1]))
  calls.length = 0
  updateLineChart(chart, { width: after, height: 180 }, content([5, 9]))
  const { x, y, size } = paintedChart(chart)
  expect(Math.abs(size.width - after)).toBeLessThan(1)
  expect(calls).toContainEqual(['lineTo', x.pixelOf(2), y.pixelOf(9)])
})

test('a dashed line is solid where it goes up and down on every pixel', () => {
  const dashes = (heightOf: (index: number) => number) => {
    const steps = Array.from({ length: 300 }, (_, index) => index)
    const { calls } = paint([{ ...line('kl', steps, steps.map(heightOf)), dash: [6, 3] }])
    return calls.filter(([name, dash]) => name === 'setLineDash' && String(dash) === '6,3').length
  }
  expect(dashes((index) => Math.sin(index / 20))).toBe(1)
  expect(dashes((index) => (-1) ** index)).toBe(0)
})

test('events have a line each while they are few; those that touch are one bar, and many have no lines', () => {
  const lines = [line('reward', [1, 10_000], [0, 1])]
  const shown = (places: readonly number[]) => {
    const marks = places.map((x) => ({ step: x, x, kind: 'event' as const, text: '' }))
    const { calls } = paint(lines, { marks })
    const count = (name: string): number => calls.filter(([called]) => called === name).length
    return { lines: count('fillRect'), shapes: count('moveTo') }
  }
  const bare = shown([])
  const added = (places: readonly number[]) => {
    const { lines, shapes } = shown(places)
    return [lines - bare.lines, shapes - bare.shapes]
  }
  expect(added([5000])).toEqual([1, 1])
  expect(added([5000, 5000, 5001, 5150])).toEqual([0, 1])
  expect(added([1000, 5000, 20_000])).toEqual([2, 2])
  const every500th = Array.from({ length: 19 }, (_, index) => 500 + 500 * index)
  expect(added(every500th)).toEqual([0, 19])
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
  const readOut = vi.fn()
  const sources = [{ runId: 'run', metric: 'reward', label: 'reward', colour: '#0072b2', dash: [] }]
  const look = { ...style, sources, smoothing: 0, marks: [] }
  const controller = new PanelController(
    live,
    frames,
    { chart: recorder().canvas, hover: recorder().canvas, readOut },
    look,
    Date.now,
  )
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
