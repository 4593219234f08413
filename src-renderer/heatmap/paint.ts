import { traceFlags } from '../../src-preload/contract/trace.ts'
import type { ColourTable, HeatmapPalette } from './colours.ts'
import { boxesInSight, type HeatmapLayout, metrics } from './layout.ts'

/** The part of a 2D context that painting needs; tests record it. */
export type PaintContext = Pick<
  CanvasRenderingContext2D,
  | 'fillRect'
  | 'clearRect'
  | 'strokeRect'
  | 'fillText'
  | 'beginPath'
  | 'moveTo'
  | 'lineTo'
  | 'fill'
  | 'stroke'
  | 'closePath'
  | 'fillStyle'
  | 'strokeStyle'
  | 'lineWidth'
  | 'globalAlpha'
  | 'font'
  | 'textBaseline'
  | 'textAlign'
  | 'direction'
  | 'save'
  | 'restore'
  | 'rect'
  | 'clip'
>

export const heatmapFont =
  '14px ui-monospace, "SF Mono", "Cascadia Mono", "Noto Sans Mono", "DejaVu Sans Mono", "Liberation Mono", monospace'

/** The part of the text that the canvases show. */
export interface HeatmapWindow {
  readonly layout: HeatmapLayout
  readonly palette: HeatmapPalette
  readonly scrollTop: number
  readonly scrollLeft: number
  readonly width: number
  readonly height: number
}

/** Everything the static layer shows. */
export interface HeatmapScene extends HeatmapWindow {
  readonly table: ColourTable
  /** Per token: level in the table, reasoning class under the slider, trace flags. */
  readonly levels: Uint8Array
  readonly reasoning: Uint8Array
  readonly flags: Uint8Array
}

/** What is said of tokens on the layer above: -1 or null where there is nothing. */
export interface HeatmapMarks {
  readonly hovered: number
  readonly focused: number
  /** 1 for each token that a search found. */
  readonly found: Uint8Array | null
  /** First and last token of the brushed part; the rest is veiled. */
  readonly range: readonly [from: number, to: number] | null
}

/** Paints the tokens in sight on a cleared layer; returns how many boxes. */
export function paintTokens(context: PaintContext, scene: HeatmapScene): number {
  const { layout, scrollTop, height } = scene
  const [from, to] = boxesInSight(layout, scrollTop, height)
  context.font = heatmapFont
  context.textBaseline = 'middle'
  // A response may hold text that runs from right to left; the order of tokens is shown, not the order of reading.
  context.direction = 'ltr'
  let painted = 0
  for (let box = from; box < to; box++) {
    if (!isBetweenSides(scene, box)) continue
    paintBox(context, scene, box)
    painted++
  }
  return painted
}

/** Whether the box is between the window's left and right; lines may be longer than the window is wide. */
function isBetweenSides({ layout, scrollLeft, width }: HeatmapWindow, box: number): boolean {
  return layout.x[box]! < scrollLeft + width && layout.x[box]! + layout.width[box]! > scrollLeft
}

function paintBox(context: PaintContext, scene: HeatmapScene, box: number): void {
  const { layout, table, levels, reasoning, flags, palette } = scene
  const token = layout.token[box]!
  const level = levels[token]!
  const x = layout.x[box]! - scene.scrollLeft
  const width = layout.width[box]!
  const top = lineTop(scene, layout.line[box]!)
  context.fillStyle = table.grounds[level]!
  context.fillRect(x, top + metrics.boxTop, width, metrics.boxHeight)
  if (flags[token]! & traceFlags.masked) paintHatch(context, x, top, width, table.texts[level]!)
  context.fillStyle = table.texts[level]!
  paintText(context, layout, box, x, top + metrics.boxTop)
  if (reasoning[token] === 1) paintClassMark(context, scene, box)
  if (flags[token]! & (traceFlags.clippedLow | traceFlags.clippedHigh | traceFlags.clippedDual))
    paintClipMark(context, flags[token]!, x + width / 2, top, palette.clipMark)
}

function paintClassMark(context: PaintContext, scene: HeatmapScene, box: number): void {
  const { layout, palette, scrollLeft } = scene
  const top = lineTop(scene, layout.line[box]!) + metrics.classTop
  context.fillStyle = palette.classMark
  context.fillRect(layout.x[box]! - scrollLeft, top, layout.width[box]!, metrics.classHeight)
}

/**
 * Paints the class marks anew, on a layer that is painted otherwise, in each line in sight where a class is another than
 * `before`. They have a strip of each line to themselves; the layer must have whole pixels.
 */
export function repaintClassMarks(context: PaintContext, scene: HeatmapScene, before: Uint8Array): void {
  const { layout, reasoning } = scene
  const [from, to] = boxesInSight(layout, scene.scrollTop, scene.height)
  for (let box = from; box < to; ) {
    const line = layout.line[box]!
    const end = Math.min(to, layout.lineStart[line + 1]!)
    if (hasChanged(layout, reasoning, before, box, end)) {
      const top = lineTop(scene, line) + metrics.classTop
      context.clearRect(0, Math.floor(top), scene.width, Math.ceil(top + metrics.classHeight) - Math.floor(top))
      for (let own = box; own < end; own++)
        if (reasoning[layout.token[own]!] === 1 && isBetweenSides(scene, own)) paintClassMark(context, scene, own)
    }
    box = end
  }
}

function hasChanged({ token }: HeatmapLayout, now: Uint8Array, before: Uint8Array, from: number, to: number): boolean {
  for (let box = from; box < to; box++) if (now[token[box]!] !== before[token[box]!]) return true
  return false
}

/** The token's text; of a character that several tokens share, each shows its own part. */
function paintText(context: PaintContext, layout: HeatmapLayout, box: number, x: number, top: number): void {
  const shift = layout.textShift[box]!
  const shared = shift > 0 || (layout.textShift[box + 1] ?? 0) > 0
  if (shared) {
    context.save()
    context.beginPath()
    context.rect(x, top, layout.width[box]!, metrics.boxHeight)
    context.clip()
  }
  context.fillText(layout.text[box]!, x - shift + metrics.side, top + metrics.boxHeight / 2 + 0.5)
  if (shared) context.restore()
}

const lineTop = (scene: Pick<HeatmapScene, 'scrollTop'>, line: number): number =>
  metrics.padding + line * metrics.lineHeight - scene.scrollTop

/** Slanted lines behind the text of a token that the loss leaves out. */
function paintHatch(context: PaintContext, x: number, top: number, width: number, colour: string): void {
  const bottom = top + metrics.boxTop + metrics.boxHeight
  context.globalAlpha = 0.35
  context.strokeStyle = colour
  context.lineWidth = 1
  context.beginPath()
  for (let offset = 0; offset < width; offset += 5) {
    const run = Math.min(metrics.boxHeight, width - offset)
    context.moveTo(x + offset, bottom)
    context.lineTo(x + offset + run, bottom - run)
  }
  context.stroke()
  context.globalAlpha = 1
}

/** Above the token: a triangle up (clipped above), down (below), or both as a diamond (dual clip). */
function paintClipMark(context: PaintContext, flags: number, middle: number, top: number, colour: string): void {
  const dual = (flags & traceFlags.clippedDual) !== 0
  const [low, high] = [top + 5, top]
  context.fillStyle = colour
  context.beginPath()
  if (dual || flags & traceFlags.clippedHigh) {
    context.moveTo(middle - 3.5, dual ? (low + high) / 2 : low)
    context.lineTo(middle, high)
    context.lineTo(middle + 3.5, dual ? (low + high) / 2 : low)
  }
  if (dual || flags & traceFlags.clippedLow) {
    if (dual) context.lineTo(middle, low)
    else {
      context.moveTo(middle - 3.5, high)
      context.lineTo(middle, low)
      context.lineTo(middle + 3.5, high)
    }
  }
  context.closePath()
  context.fill()
}

/** Paints what the search found, what the brush leaves out, and the frames around the hovered and the focused token. */
export function paintMarks(context: PaintContext, scene: HeatmapWindow, marks: HeatmapMarks): void {
  const { hovered, focused, found, range } = marks
  if (found || range) {
    const [from, to] = boxesInSight(scene.layout, scene.scrollTop, scene.height)
    for (let box = from; box < to; box++) {
      const token = scene.layout.token[box]!
      if (range && (token < range[0] || token > range[1])) paintVeil(context, scene, box)
      else if (found?.[token] === 1) paintFound(context, scene, box)
    }
  }
  if (hovered >= 0 && hovered !== focused) paintFrame(context, scene, hovered, scene.palette.hover, 1)
  if (focused >= 0) paintFrame(context, scene, focused, scene.palette.focus, 2)
}

function paintVeil(context: PaintContext, scene: HeatmapWindow, box: number): void {
  const { layout } = scene
  const top = lineTop(scene, layout.line[box]!)
  context.fillStyle = scene.palette.veil
  context.fillRect(layout.x[box]! - scene.scrollLeft, top, layout.width[box]! + metrics.gap, metrics.lineHeight)
}

function paintFound(context: PaintContext, scene: HeatmapWindow, box: number): void {
  const { layout, palette } = scene
  const x = layout.x[box]! - scene.scrollLeft
  const top = lineTop(scene, layout.line[box]!) + metrics.boxTop
  context.fillStyle = palette.foundVeil
  context.fillRect(x, top, layout.width[box]!, metrics.boxHeight)
  context.strokeStyle = palette.found
  context.lineWidth = 1.5
  context.strokeRect(x, top, layout.width[box]!, metrics.boxHeight)
}

function paintFrame(
  context: PaintContext,
  scene: HeatmapWindow,
  token: number,
  colour: string,
  lineWidth: number,
): void {
  const { layout } = scene
  context.strokeStyle = colour
  context.lineWidth = lineWidth
  for (let box = layout.firstBox[token] ?? -1; box >= 0 && layout.token[box] === token; box++) {
    const top = lineTop(scene, layout.line[box]!) + metrics.boxTop
    context.strokeRect(
      layout.x[box]! - scene.scrollLeft - lineWidth / 2,
      top - lineWidth / 2,
      layout.width[box]! + lineWidth,
      metrics.boxHeight + lineWidth,
    )
  }
}
