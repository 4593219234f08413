import type { HeatmapTokens } from './tokens.ts'

export interface LayoutOptions {
  /** Width of the text area, pixels. */
  readonly width: number
  /** Width of a text in the heatmap's font, pixels. */
  readonly measure: (text: string) => number
  /** Where lines break: between words, between any two tokens, or only where the response has a new line. */
  readonly wrap?: WrapMode
}

export const wrapModes = ['words', 'tokens', 'lines'] as const
export type WrapMode = (typeof wrapModes)[number]

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
  /** A part of a character is at least so wide. */
  part: 7,
} as const

/** Where every token is. A token wider than a line has several boxes; boxes are in reading order. */
export interface HeatmapLayout {
  readonly token: Int32Array
  readonly line: Int32Array
  readonly x: Float32Array
  readonly width: Float32Array
  readonly text: readonly string[]
  /** How far left of the box its text starts: more than 0 for the later tokens of a character they share. */
  readonly textShift: Float32Array
  /** First box of each line, and one past the last. */
  readonly lineStart: Int32Array
  /** First box of each token. */
  readonly firstBox: Int32Array
  readonly lineCount: number
  readonly height: number
  /** Right end of the longest line, with the padding. */
  readonly fullWidth: number
}

interface Piece {
  readonly text: string
  readonly width: number
  readonly textShift: number
}

interface Box extends Piece {
  readonly token: number
  x: number
  line: number
}

/** Flows the tokens into lines: breaks at newlines, and otherwise before white space or between words where it can. */
export function layoutTokens(tokens: HeatmapTokens, options: LayoutOptions): HeatmapLayout {
  const { width, measure, wrap = 'words' } = options
  const room = wrap === 'lines' ? Number.POSITIVE_INFINITY : Math.max(40, width - 2 * metrics.padding)
  const boxes: Box[] = []
  const flow = { line: 0, x: 0, lineFirst: 0, breakAt: -1 }
  for (let token = 0; token < tokens.count; token++) {
    if (tokens.mayBreak[token] === 1 && wrap === 'words') flow.breakAt = boxes.length
    const shared = tokens.partCount[token]! > 1
    const pieces = shared ? [sharedPiece(tokens, token, measure)] : piecesOf(tokens.shown[token]!, room, measure)
    for (const piece of pieces) {
      boxes.push({ token, ...piece, x: flow.x, line: flow.line })
      flow.x += piece.width + (shared && tokens.part[token]! < tokens.partCount[token]! ? 0 : metrics.gap)
      if (flow.x > room && boxes.length - 1 > flow.lineFirst) wrapLine(boxes, flow, room, tokens.part[token]! - 1)
    }
    if (tokens.endsLine[token] === 1) startLine(flow, boxes.length)
  }
  return packLayout(boxes, tokens.count)
}

/** The share of a token in the character it stands for together with its neighbours. */
function sharedPiece(tokens: HeatmapTokens, token: number, measure: (text: string) => number): Piece {
  const text = tokens.shown[token]!
  const width = Math.max(metrics.part, (measure(text) + 2 * metrics.side) / tokens.partCount[token]!)
  return { text, width, textShift: (tokens.part[token]! - 1) * width }
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

/** Moves what follows the last possible break, or else only the last box with its `together` predecessors, to a new line. */
function wrapLine(boxes: Box[], flow: Flow, room: number, together: number): void {
  const last = Math.max(flow.lineFirst + 1, boxes.length - 1 - together)
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
function piecesOf(text: string, room: number, measure: (text: string) => number): Piece[] {
  const width = measure(text) + 2 * metrics.side
  if (width <= room) return [{ text, width, textShift: 0 }]
  const letters = [...text]
  const perPart = Math.max(1, Math.floor((letters.length * (room - 2 * metrics.side)) / width))
  const parts: Piece[] = []
  for (let start = 0; start < letters.length; start += perPart) {
    const part = letters.slice(start, start + perPart).join('')
    parts.push({ text: part, width: Math.min(room, measure(part) + 2 * metrics.side), textShift: 0 })
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
    textShift: Float32Array.from(boxes, (box) => box.textShift),
    lineStart,
    firstBox,
    lineCount,
    height: lineCount * metrics.lineHeight + 2 * metrics.padding,
    fullWidth: boxes.reduce((widest, box) => Math.max(widest, box.x + box.width), 0) + 2 * metrics.padding,
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

/** First and last token that a window of the text shows, or null when it shows none. */
export function tokensInSight(layout: HeatmapLayout, scrollTop: number, height: number): [number, number] | null {
  const [from, to] = boxesInSight(layout, scrollTop, height)
  return to > from ? [layout.token[from]!, layout.token[to - 1]!] : null
}

export type Move =
  | 'left'
  | 'right'
  | 'up'
  | 'down'
  | 'page-up'
  | 'page-down'
  | 'line-start'
  | 'line-end'
  | 'start'
  | 'end'

/** The token that a key leads to from another one. */
export function moveFocus(layout: HeatmapLayout, token: number, move: Move, linesPerPage = 10): number {
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
  const lines = (move === 'up' || move === 'down' ? 1 : linesPerPage) * (move === 'up' || move === 'page-up' ? -1 : 1)
  const wanted = Math.min(layout.lineCount - 1, Math.max(0, line + lines))
  return wanted === line ? token : (nearestInLine(layout, wanted, layout.x[box]!) ?? token)
}

function nearestInLine(layout: HeatmapLayout, line: number, x: number): number | null {
  if (line < 0 || line >= layout.lineCount) return null
  let best = layout.lineStart[line]!
  for (let box = best; box < layout.lineStart[line + 1]!; box++)
    if (Math.abs(layout.x[box]! - x) < Math.abs(layout.x[best]! - x)) best = box
  return layout.token[best] ?? null
}
