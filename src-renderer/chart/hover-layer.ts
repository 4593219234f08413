import type { ChartArea, ChartLine, PaintedChart } from './line-chart.ts'
import { indexAt, nearestIndex } from './line-points.ts'
import type { ChartPalette } from './palette.ts'

interface HoverDot {
  readonly x: number
  readonly y: number
  readonly colour: string
  /** On the smoothed line; the recorded value, which is what the numbers say, has a full dot. */
  readonly ring: boolean
}

export interface HoverScene {
  readonly area: ChartArea
  readonly crosshairX: number | null
  readonly dots: readonly HoverDot[]
  readonly brush: readonly [from: number, to: number] | null
}

/**
 * What the hover layer shows for a place on the x axis: crosshair, a dot at each value there, and a ring on
 * the line where that is smoothed. Pixels.
 */
export function hoverScene(
  chart: PaintedChart,
  lines: readonly ChartLine[],
  place: number | null,
  brush: readonly [number, number] | null,
): HoverScene {
  const { area, x, y } = chart
  const inside = place !== null && place >= x.min && place <= x.max
  return {
    area,
    crosshairX: inside ? x.pixelOf(place) : null,
    dots: inside
      ? lines.flatMap(({ points, smoothed, colour, edge }) => {
          const index = indexAt(points, place)
          const dot = (values: Float64Array, ring: boolean): HoverDot => ({
            ...{ x: x.pixelOf(place), y: y.pixelOf(values[index]!), colour, ring },
          })
          if (index < 0) return []
          if (!smoothed) return [dot(points.raw, false)]
          return edge ? [dot(points.smooth, false)] : [dot(points.smooth, true), dot(points.raw, false)]
        })
      : [],
    brush,
  }
}

/** Paints the scene on a cleared layer. */
export function paintHover(context: CanvasRenderingContext2D, scene: HoverScene, palette: ChartPalette): void {
  const { area, crosshairX, dots, brush } = scene
  if (brush) {
    context.fillStyle = palette.brush
    context.fillRect(Math.min(...brush), area.top, Math.abs(brush[1] - brush[0]), area.bottom - area.top)
  }
  if (crosshairX === null) return
  context.strokeStyle = palette.crosshair
  context.lineWidth = 1
  context.setLineDash([3, 3])
  context.beginPath()
  context.moveTo(Math.round(crosshairX) + 0.5, area.top)
  context.lineTo(Math.round(crosshairX) + 0.5, area.bottom)
  context.stroke()
  context.setLineDash([])
  for (const dot of dots) {
    context.beginPath()
    context.arc(dot.x, dot.y, 3.5, 0, Math.PI * 2)
    context.fillStyle = dot.ring ? palette.surface : dot.colour
    context.fill()
    context.lineWidth = 1.5
    context.strokeStyle = dot.ring ? dot.colour : palette.surface
    context.stroke()
  }
}

/** The recorded place nearest to the pixel, over all lines; null without points. */
export function placeAtPixel(chart: PaintedChart, lines: readonly Pick<ChartLine, 'points'>[], pixel: number) {
  const wanted = chart.x.valueAt(pixel)
  let best: number | null = null
  for (const { points } of lines) {
    const index = nearestIndex(points, wanted)
    const place = points.x[index]
    if (index >= 0 && place !== undefined && (best === null || Math.abs(place - wanted) < Math.abs(best - wanted)))
      best = place
  }
  return best
}
