import type { HeatmapTokens } from './tokens.ts'

export interface LayoutOptions {
  /** Width of the text area, pixels. */
  readonly width: number
  /** Width of a text in the heatmap's font, pixels. */
  readonly measure: (text: string) => number
}

/** Distances in pixels. Marks of clipping sit above a box, the class mark below, both on the page's own ground. */
export const metrics = {
  lineHeight: 32,
  boxTop: 6,
  boxHeight: 20,
  classTop: 27,
  classHeight: 2,
  side: 1.5,
  gap: 1,
  padding: 12,
} as const

/** Where every token is. A token wider than a line has several boxes; boxes are in reading order. */
export interface HeatmapLayout {
  readonly token: Int32Array
  readonly line: Int32Array
  readonly x: Float32Array
  readonly width: Float32Array
  readonly text: readonly string[]
  /** First box of each line, and one past the last. */
  readonly lineStart: Int32Array
  /** First box of each token. */
  readonly firstBox: Int32Array
  readonly lineCount: number
  readonly height: number
}

interface Box {
  readonly token: number
  readonly text: string
  readonly width: number
  x: number
  line: number
}

/** Flows the tokens into lines: breaks at newlines, and otherwise before white space or between words where it can. */
export function layoutTokens(tokens: HeatmapTokens, { width, measure }: LayoutOptions): HeatmapLayout {
  const room = Math.max(40, width - 2 * metrics.padding)
  const boxes: Box[] = []
  const flow = { line: 0, x: 0, lineFirst: 0, breakAt: -1 }
  for (let token = 0; token < tokens.count; token++) {
    if (tokens.mayBreak[token] === 1) flow.breakAt = boxes.length
    for (const part of partsOf(tokens.shown[token]!, room, measure)) {
      boxes.push({ token, ...part, x: flow.x, line: flow.line })
      flow.x += part.width + metrics.gap
      if (flow.x > room && boxes.length - 1 > flow.lineFirst) wrap(boxes, flow, room)
    }
    if (tokens.endsLine[token] === 1) startLine(flow, boxes.length)
  }
  return packLayout(boxes, tokens.count)
}

interface Flow {
  line: number
  x: number
  lineFirst: number
  breakAt: number
}

function startLine(flow: Flow, firstBox: number): void {
  flow.line++
  flow.x = 0
  flow.lineFirst = firstBox
  flow.breakAt = -1
}

/** Moves what follows the last possible break, or else only the last box, to a new line. */
function wrap(boxes: Box[], flow: Flow, room: number): void {
  const last = boxes.length - 1
  const word = flow.breakAt > flow.lineFirst ? flow.breakAt : last
  const wordWidth = flow.x - boxes[word]!.x
  const from = wordWidth <= room ? word : last
  const shift = boxes[from]!.x
  const x = flow.x - shift
  startLine(flow, from)
  flow.x = x
  for (const box of boxes.slice(from)) {
    box.x -= shift
    box.line = flow.line
  }
}

/** A text in pieces that each fit into a line; almost always one. */
function partsOf(text: string, room: number, measure: (text: string) => number): { text: string; width: number }[] {
  const width = measure(text) + 2 * metrics.side
  if (width <= room) return [{ text, width }]
  const letters = [...text]
  const perPart = Math.max(1, Math.floor((letters.length * (room - 2 * metrics.side)) / width))
  const parts: { text: string; width: number }[] = []
  for (let start = 0; start < letters.length; start += perPart) {
    const part = letters.slice(start, start + perPart).join('')
    parts.push({ text: part, width: Math.min(room, measure(part) + 2 * metrics.side) })
  }
  return parts
}

function packLayout(boxes: readonly Box[], tokenCount: number): HeatmapLayout {
  const lineCount = (boxes.at(-1)?.line ?? -1) + 1
  const lineStart = new Int32Array(lineCount + 1).fill(boxes.length)
  const firstBox = new Int32Array(tokenCount).fill(-1)
  boxes.forEach((box, index) => {
    lineStart[box.line] = Math.min(lineStart[box.line]!, index)
    if (firstBox[box.token] === -1) firstBox[box.token] = index
  })
  for (let line = lineCount - 1; line >= 0; line--) lineStart[line] = Math.min(lineStart[line]!, lineStart[line + 1]!)
  return {
    token: Int32Array.from(boxes, (box) => box.token),
    line: Int32Array.from(boxes, (box) => box.line),
    x: Float32Array.from(boxes, (box) => box.x + metrics.padding),
    width: Float32Array.from(boxes, (box) => box.width),
    text: boxes.map((box) => box.text),
    lineStart,
    firstBox,
    lineCount,
    height: lineCount * metrics.lineHeight + 2 * metrics.padding,
  }
}

/** The boxes that a window of the text shows: first, and one past the last. */
export function boxesInSight(layout: HeatmapLayout, scrollTop: number, height: number): [from: number, to: number] {
  const first = Math.floor((scrollTop - metrics.padding) / metrics.lineHeight)
  const last = Math.floor((scrollTop + height - metrics.padding) / metrics.lineHeight)
  const from = Math.min(layout.lineCount, Math.max(0, first))
  const to = Math.min(layout.lineCount, Math.max(0, last + 1))
  return [layout.lineStart[from] ?? 0, layout.lineStart[to] ?? 0]
}

/** The token at a point of the text (scrolled to its start), or -1. */
export function tokenAt(layout: HeatmapLayout, x: number, y: number): number {
  const line = Math.floor((y - metrics.padding) / metrics.lineHeight)
  if (line < 0 || line >= layout.lineCount) return -1
  for (let box = layout.lineStart[line]!; box < layout.lineStart[line + 1]!; box++)
    if (x >= layout.x[box]! && x < layout.x[box]! + layout.width[box]! + metrics.gap) return layout.token[box]!
  return -1
}

export type Move = 'left' | 'right' | 'up' | 'down' | 'line-start' | 'line-end' | 'start' | 'end'

/** The token that a key leads to from another one. */
export function moveFocus(layout: HeatmapLayout, token: number, move: Move): number {
  const last = layout.firstBox.length - 1
  if (last < 0) return -1
  const box = layout.firstBox[Math.max(0, token)]!
  const line = layout.line[box]!
  if (move === 'left') return Math.max(0, token - 1)
  if (move === 'right') return Math.min(last, token + 1)
  if (move === 'start') return 0
  if (move === 'end') return last
  if (move === 'line-start') return layout.token[layout.lineStart[line]!]!
  if (move === 'line-end') return layout.token[layout.lineStart[line + 1]! - 1]!
  return nearestInLine(layout, move === 'up' ? line - 1 : line + 1, layout.x[box]!) ?? token
}

function nearestInLine(layout: HeatmapLayout, line: number, x: number): number | null {
  if (line < 0 || line >= layout.lineCount) return null
  let best = layout.lineStart[line]!
  for (let box = best; box < layout.lineStart[line + 1]!; box++)
    if (Math.abs(layout.x[box]! - x) < Math.abs(layout.x[best]! - x)) best = box
  return layout.token[best] ?? null
}
