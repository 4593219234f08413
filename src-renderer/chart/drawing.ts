import { formatInUnit } from '../lib/format.ts'
import { bandOpacity, faintOpacity, fillsDown, type LineEdge } from './band.ts'
import { pointsInSight } from './decimate.ts'
import { layLegend, swatchWidth } from './drawing-legend.ts'
import { firstAtLeast, type Point, type ReadPoints } from './line-points.ts'
import { type ChartPalette, chartPalettes } from './palette.ts'
import { escaped } from './report-html.ts'
import type { DrawnScale } from './scales.ts'
import { shortened, textWidth } from './text-width.ts'

interface Line {
  readonly label: string
  readonly colour: string
  readonly dash: readonly number[]
  readonly points: ReadPoints
  /** Drawn smoothed, with the raw line behind. */
  readonly smoothed: boolean
  /** Drawn as the edge of another line's band. */
  readonly edge?: LineEdge
}

export interface Drawing {
  readonly title: string
  readonly axisLabel: string
  /** Of the values. Default: none. */
  readonly unit?: string
  readonly lines: readonly Line[]
  /** The lines are percentiles, greatest first: the room between them is filled. */
  readonly bands: boolean
  readonly x: DrawnScale
  readonly y: DrawnScale
  /** Default: a figure of its own. */
  readonly size?: DrawingSize
  /** Colours of the ground and the texts; those of paper by default. */
  readonly palette?: ChartPalette
}

interface DrawingSize {
  readonly width: number
  /** Of the part with the lines: a legend of more rows makes the drawing higher. */
  readonly plotHeight: number
}

const wholePage: DrawingSize = { width: 720, plotHeight: 320 }

const fontSize = 12
const titleSize = 15
const bold = 1.1
const rowHeight = 18
const [edge, axisHeight] = [12, 44]
/** Points of a line per unit of the drawing's width: more cannot be told apart in print. */
const pointsPerUnit = 4
/** Below this many points a line shows each of them. */
const fewPoints = 30

const faint = `stroke-opacity="${faintOpacity}"`

/** The chart as a drawing with its title, legend, axes and lines. No text passes its edge; what is too long is shortened. */
export function chartSvg(drawing: Drawing): string {
  const { title, axisLabel, unit = '', lines, bands, x, y, size = wholePage, palette = chartPalettes.light } = drawing
  const named = lines.filter((line) => !line.edge)
  const inner = size.width - 2 * edge
  const legend = layLegend(
    named.map(({ label, points }) => ({ label, value: formatInUnit(lastUpTo(points, x.max), unit, 3) })),
    inner,
    fontSize,
  )
  const legendTop = edge + titleSize + rowHeight
  const top = legendTop + rowHeight * (legend.at(-1)?.row ?? 0) + 14
  const bottom = top + size.plotHeight
  const tickWidths = (ticks: DrawnScale['ticks']): number[] => ticks.map(({ label }) => textWidth(label, fontSize))
  const left = edge + Math.max(20, ...tickWidths(y.ticks)) + 8
  const right = size.width - Math.max(edge, ...tickWidths(x.ticks).map((width) => width / 2 + 2))
  const atX = (value: number): number => left + x.part(value) * (right - left)
  const atY = (value: number): number => bottom - y.part(value) * (bottom - top)
  const text = (at: number, to: number, content: string, rest = ''): string =>
    `<text x="${at.toFixed(1)}" y="${to.toFixed(1)}"${rest === '' ? '' : ` ${rest}`}>${escaped(content)}</text>`
  const middle = `text-anchor="middle" fill="${palette.quiet}"`
  const legendLine = ({ colour, dash }: Line, at: number, height: number): string =>
    `<line x1="${(at - swatchWidth - 5).toFixed(1)}" x2="${(at - 5).toFixed(1)}" y1="${height}" y2="${height}" stroke="${colour}" stroke-width="2"${dashes(dash)}/>`
  const parts = [
    text(
      edge,
      edge + titleSize,
      shortened(title, inner, titleSize * bold),
      `font-weight="600" font-size="${titleSize}"`,
    ),
    ...legend.flatMap((entry, index) => {
      const height = legendTop + rowHeight * entry.row
      return [legendLine(named[index]!, edge + entry.x, height - 4), text(edge + entry.x, height, entry.text)]
    }),
    ...y.ticks.flatMap(({ value, label }) => [
      `<line x1="${left.toFixed(1)}" x2="${right.toFixed(1)}" y1="${atY(value).toFixed(1)}" y2="${atY(value).toFixed(1)}" stroke="${palette.grid}"/>`,
      text(left - 8, atY(value) + 4, label, `text-anchor="end" fill="${palette.quiet}"`),
    ]),
    ...x.ticks.map(({ value, label }) => text(atX(value), bottom + 18, label, middle)),
    text((left + right) / 2, bottom + 36, axisLabel, middle),
    ...paths(lines, bands, { x, y, atX, atY, pixels: (right - left) * pointsPerUnit }),
  ]
  const height = bottom + axisHeight
  const attributes = `xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${height}" width="${size.width}" height="${height}"`
  return `<svg ${attributes} font-family="sans-serif" font-size="${fontSize}" fill="${palette.ink}">\n<rect width="100%" height="100%" fill="${palette.surface}"/>\n${parts.join('\n')}\n</svg>\n`
}

/** The value of the last point up to a place; of a zoom it is the last that is drawn. */
function lastUpTo(points: ReadPoints, place: number): number | undefined {
  const after = firstAtLeast(points, place)
  return points.raw[after < points.count && points.x[after] === place ? after : after - 1]
}

const dashes = (dash: readonly number[]): string => (dash.length > 0 ? ` stroke-dasharray="${dash.join(' ')}"` : '')

interface Plot {
  readonly x: DrawnScale
  readonly y: DrawnScale
  readonly atX: (value: number) => number
  readonly atY: (value: number) => number
  readonly pixels: number
}

/** The lines with what lies behind them: bands, raw values of smoothed lines, and each point where they are few. */
function paths(lines: readonly Line[], bands: boolean, { x, y, atX, atY, pixels }: Plot): string[] {
  const sight = { range: [x.min, x.max], pixels, logarithmic: x.min > 0 } as const
  const seen = ({ points, smoothed }: Line, raw = false): readonly Point[] =>
    pointsInSight(points, smoothed && !raw ? points.smooth : points.raw, sight).filter(
      (point) => point.x >= x.min && point.x <= x.max && Number.isFinite(y.part(point.y)),
    )
  const place = (point: Point): string => `${atX(point.x).toFixed(1)} ${atY(point.y).toFixed(1)}`
  const path = (points: readonly Point[]): string =>
    points.map((point, index) => `${index === 0 ? 'M' : 'L'}${place(point)}`).join('')
  const stroke = (points: readonly Point[], { colour }: Line, rest: string): string =>
    `<path d="${path(points)}" fill="none" stroke="${colour}" ${rest}/>`
  const band = (high: Line, low: Line): string =>
    `<path d="${path(seen(high))}${path(seen(low).toReversed()).replace('M', 'L')}Z" fill="${high.colour}" fill-opacity="${bandOpacity}"/>`
  const dots = (points: readonly Point[], { colour }: Line): string =>
    `<path d="${points.map((point) => `M${place(point)}h0`).join('')}" stroke="${colour}" stroke-width="5" stroke-linecap="round"/>`
  return [
    ...lines.flatMap((line, index) => (fillsDown(lines, index, bands) ? [band(line, lines[index + 1]!)] : [])),
    ...lines.flatMap((line) => {
      const points = seen(line)
      if (line.edge) return [stroke(points, line, `stroke-width="0.75" ${faint}${dashes(line.dash)}`)]
      return [
        ...(line.smoothed ? [stroke(seen(line, true), line, faint)] : []),
        stroke(points, line, `stroke-width="1.8"${dashes(line.dash)}`),
        ...(points.length <= fewPoints && !line.smoothed ? [dots(points, line)] : []),
      ]
    }),
  ]
}
