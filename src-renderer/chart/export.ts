import { formatInUnit } from '../lib/format.ts'
import { bandOpacity, faintOpacity, fillsDown, type LineEdge } from './band.ts'
import { pointsInSight } from './decimate.ts'
import type { Point, ReadPoints } from './line-points.ts'
import { escaped } from './report-html.ts'
import type { DrawnScale } from './scales.ts'
import { chartRows } from './summary.ts'

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

const quoted = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

/** The raw values of the lines as CSV, one row per place on the x axis. */
export function chartCsv(axisLabel: string, lines: readonly Line[]): string {
  const head = [axisLabel, ...lines.map((line) => line.label)].map(quoted).join(',')
  return [head, ...chartRows(lines).map(({ x, values }) => [x, ...values.map((value) => value ?? '')].join(','))]
    .join('\n')
    .concat('\n')
}

const size = { width: 720, height: 420, left: 64, right: 150, top: 40, bottom: 40 } as const

const faint = `stroke-opacity="${faintOpacity}"`

/** Points of a line per unit of the drawing's width: more cannot be told apart in print. */
const pointsPerUnit = 4

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
}

/** The chart as a drawing for papers: black on white, the lines finer than print shows, the names at their ends. */
export function chartSvg({ title, axisLabel, unit = '', lines, bands, x, y }: Drawing): string {
  const { width, height, left, right, top, bottom } = size
  const atX = (value: number): number => left + x.part(value) * (width - left - right)
  const atY = (value: number): number => height - bottom - y.part(value) * (height - top - bottom)
  const text = (at: number, to: number, content: string, rest = ''): string =>
    `<text x="${at.toFixed(1)}" y="${to.toFixed(1)}" ${rest}>${escaped(content)}</text>`
  const sight = {
    range: [x.min, x.max],
    pixels: (width - left - right) * pointsPerUnit,
    logarithmic: x.min > 0,
  } as const
  const path = (points: readonly Point[]): string =>
    points
      .filter((point) => point.x >= x.min && point.x <= x.max)
      .map((point, index) => `${index === 0 ? 'M' : 'L'}${atX(point.x).toFixed(1)} ${atY(point.y).toFixed(1)}`)
      .join('')
  const stroke = ({ points, colour, dash }: Line, values: Float64Array, rest: string): string =>
    `<path d="${path(pointsInSight(points, values, sight))}" fill="none" stroke="${colour}" ${dash.length > 0 ? `stroke-dasharray="${dash.join(' ')}" ` : ''}${rest}/>`
  const drawn = ({ points, smoothed }: Line): readonly Point[] =>
    pointsInSight(points, smoothed ? points.smooth : points.raw, sight)
  const band = (high: Line, low: Line): string =>
    `<path d="${path(drawn(high))}${path(drawn(low).toReversed()).replace('M', 'L')}Z" fill="${high.colour}" fill-opacity="${bandOpacity}"/>`
  const parts = [
    text(left, 24, title, 'font-weight="600" font-size="15"'),
    ...y.ticks.flatMap((tick) => [
      `<line x1="${left}" x2="${width - right}" y1="${atY(tick.value).toFixed(1)}" y2="${atY(tick.value).toFixed(1)}" stroke="#dddddd"/>`,
      text(left - 8, atY(tick.value) + 4, tick.label, 'text-anchor="end"'),
    ]),
    ...x.ticks.map((tick) => text(atX(tick.value), height - bottom + 18, tick.label, 'text-anchor="middle"')),
    text((left + width - right) / 2, height - 6, axisLabel, 'text-anchor="middle"'),
    ...lines.flatMap((line, index) => (fillsDown(lines, index, bands) ? [band(line, lines[index + 1]!)] : [])),
    ...lines.flatMap((line) => [
      ...(line.smoothed && !line.edge ? [stroke({ ...line, dash: [] }, line.points.raw, faint)] : []),
      stroke(
        line,
        line.smoothed ? line.points.smooth : line.points.raw,
        line.edge ? `stroke-width="0.75" ${faint}` : 'stroke-width="1.8"',
      ),
    ]),
    ...lines
      .filter(({ edge }) => !edge)
      .flatMap((line, index) =>
        text(
          width - right + 10,
          top + 14 + 18 * index,
          `${line.label} ${formatInUnit(line.points.raw[line.points.count - 1], unit, 3)}`,
          `fill="${line.colour}"`,
        ),
      ),
  ]
  const attributes = `xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"`
  return `<svg ${attributes} font-family="sans-serif" font-size="12" fill="#111111">\n<rect width="100%" height="100%" fill="#ffffff"/>\n${parts.join('\n')}\n</svg>\n`
}
