import { createLineChart } from './line-chart.ts'
import { emptyPoints } from './line-points.ts'
import { chartPalettes } from './palette.ts'

/** Paints a chart that nobody sees while the page has nothing to do: the first ones of a run then find their code compiled. */
export function warmCharts(): void {
  const canvas = document.createElement('canvas')
  const count = 400
  const x = Float64Array.from({ length: count }, (_, index) => index)
  const y = x.map((place) => Math.sin(place))
  const points = { ...emptyPoints(0.5), x, raw: y, smooth: y, count, rows: count }
  const line = { colour: chartPalettes.light.quiet, dash: [], points, smoothed: true }
  const style = { palette: chartPalettes.light, axis: 'step', logX: false, logY: false, bands: false } as const
  const lines = ['a', 'b', 'c'].map((label) => ({ ...line, label }))
  const content = { lines, style, range: null, marks: [] }
  for (let time = 0; time < 6; time++) createLineChart(canvas, { width: 300, height: 150 }, content).destroy()
}
