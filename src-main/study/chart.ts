/** Small line charts as SVG text, many of them in a grid with the same axes, so that they compare at a glance. */

export interface Line {
  readonly points: readonly { readonly x: number; readonly y: number; readonly low?: number; readonly high?: number }[]
  readonly colour: string
  readonly dashed?: boolean
  /** Paints the area from `low` to `high`. */
  readonly band?: boolean
}

export interface Panel {
  readonly title: string
  readonly lines: readonly Line[]
}

export interface Axes {
  readonly label: string
  /** What the picture shows, for those who cannot see it. */
  readonly description: string
  readonly xLabel: string
  readonly xTicks: readonly number[]
  /** Powers of two lie at equal distances. */
  readonly logarithmic?: boolean
}

const width = 210
const height = 132
const plot = { left: 34, right: 8, top: 22, bottom: 26 }
const columns = 4

/** A grid of panels that share both axes. */
export function panelGrid(panels: readonly Panel[], axes: Axes): string {
  const values = panels.flatMap(({ lines }) =>
    lines.flatMap(({ points, band }) => points.flatMap(({ y, low, high }) => (band ? [y, low ?? y, high ?? y] : [y]))),
  )
  const top = niceTop(Math.max(...values, 0))
  const scale = scales(axes, top)
  const rows = Math.ceil(panels.length / columns)
  const cells = panels.map((panel, index) => {
    const x = (index % columns) * width
    const y = Math.floor(index / columns) * height
    return `<g transform="translate(${x} ${y})">${panelMarks(panel, axes, scale, top)}</g>`
  })
  const size = `viewBox="0 0 ${columns * width} ${rows * height}" width="${columns * width}" height="${rows * height}"`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" font-family="system-ui, sans-serif" font-size="10">`,
    `<title>${escapeText(axes.description)}</title>`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    ...cells,
    '</svg>',
  ].join('\n')
}

type Scale = { readonly x: (value: number) => number; readonly y: (value: number) => number }

function scales({ xTicks, logarithmic }: Axes, top: number): Scale {
  const position = logarithmic ? Math.log2 : (value: number): number => value
  const [first, last] = [position(xTicks[0]!), position(xTicks.at(-1)!)]
  const inner = { width: width - plot.left - plot.right, height: height - plot.top - plot.bottom }
  return {
    x: (value) => round(plot.left + ((position(value) - first) / Math.max(1e-9, last - first)) * inner.width),
    y: (value) => round(plot.top + (1 - value / top) * inner.height),
  }
}

function panelMarks({ title, lines }: Panel, axes: Axes, scale: Scale, top: number): string {
  const { x, y } = scale
  const [left, right] = [x(axes.xTicks[0]!), x(axes.xTicks.at(-1)!)]
  const yTicks = [0, top / 2, top].map(
    (value) =>
      `<line x1="${left}" x2="${right}" y1="${y(value)}" y2="${y(value)}" stroke="#e3e6ea"/>` +
      `<text x="${left - 4}" y="${y(value) + 3}" text-anchor="end" fill="#57606a">${Number(value.toPrecision(3))}</text>`,
  )
  const xTicks = axes.xTicks.map(
    (value) => `<text x="${x(value)}" y="${height - 14}" text-anchor="middle" fill="#57606a">${value}</text>`,
  )
  return [
    `<text x="${plot.left}" y="13" font-weight="600" fill="#1f2328">${escapeText(title)}</text>`,
    ...yTicks,
    ...xTicks,
    `<text x="${(left + right) / 2}" y="${height - 3}" text-anchor="middle" fill="#57606a">${escapeText(axes.xLabel)}</text>`,
    ...lines.map((line) => lineMarks(line, scale)),
  ].join('')
}

function lineMarks({ points, colour, dashed, band }: Line, { x, y }: Scale): string {
  if (points.length === 0) return ''
  const path = points.map((point) => `${x(point.x)},${y(point.y)}`).join(' ')
  const upper = points.map((point) => `${x(point.x)},${y(point.high ?? point.y)}`)
  const lower = points.toReversed().map((point) => `${x(point.x)},${y(point.low ?? point.y)}`)
  const area = band ? `<polygon points="${[...upper, ...lower].join(' ')}" fill="${colour}" fill-opacity="0.16"/>` : ''
  const dashes = dashed ? ' stroke-dasharray="3 3"' : ''
  return `${area}<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="1.6"${dashes}/>`
}

const round = (value: number): number => Math.round(value * 10) / 10

/** The smallest of 1, 2, 4, 5, 6, 8 and 10 times a power of ten that is not below the value. */
function niceTop(value: number): number {
  if (value <= 0) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  return [1, 2, 4, 5, 6, 8, 10].map((step) => step * power).find((top) => top >= value * 0.999) ?? value
}

export function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
