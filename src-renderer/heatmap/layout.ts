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

/** Boxes under way: columns that grow, since a response may have tens of thousands. */
class Boxes {
  count = 0
  token = new Int32Array(smallest)
  line = new Int32Array(smallest)
  x = new Float32Array(smallest)
  width = new Float32Array(smallest)
  textShift = new Float32Array(smallest)
  readonly text: string[] = []

  push(token: number, text: string, width: number, textShift: number, x: number, line: number): void {
    if (this.count === this.token.length) this.#grow()
    this.token[this.count] = token
    this.line[this.count] = line
    this.x[this.count] = x
    this.width[this.count] = width
    this.textShift[this.count] = textShift
    this.text.push(text)
    this.count++
  }

  #grow(): void {
    const size = 2 * this.count
    this.token = grown(this.token, new Int32Array(size))
    this.line = grown(this.line, new Int32Array(size))
    this.x = grown(this.x, new Float32Array(size))
    this.width = grown(this.width, new Float32Array(size))
    this.textShift = grown(this.textShift, new Float32Array(size))
  }
}

const smallest = 256

function grown<Column extends Int32Array | Float32Array>(old: Column, column: Column): Column {
  column.set(old)
  return column
}

/** Where the next box goes. `room` is the width of a line. */
interface Flow {
  readonly room: number
  line: number
  x: number
  lineFirst: number
  breakAt: number
}

/** Flows the tokens into lines: breaks at newlines, and otherwise before white space or between words where it can. */
export function layoutTokens(tokens: HeatmapTokens, options: LayoutOptions): HeatmapLayout {
  const { width, measure, wrap = 'words' } = options
  const room = wrap === 'lines' ? Number.POSITIVE_INFINITY : Math.max(40, width - 2 * metrics.padding)
  const boxes = new Boxes()
  const flow: Flow = { room, line: 0, x: 0, lineFirst: 0, breakAt: -1 }
  for (let token = 0; token < tokens.count; token++) {
    if (tokens.mayBreak[token] === 1 && wrap === 'words') flow.breakAt = boxes.count
    const text = tokens.shown[token]!
    const own = measure(text) + 2 * metrics.side
    if (tokens.partCount[token]! > 1) placeShared(boxes, flow, tokens, token, own)
    else if (own <= room) place(boxes, flow, token, text, own, metrics.gap)
    else
      for (const piece of piecesOf(text, own, room))
        place(boxes, flow, token, piece, Math.min(room, measure(piece) + 2 * metrics.side), metrics.gap)
    if (tokens.endsLine[token] === 1) startLine(flow, boxes.count)
  }
  return packLayout(boxes, tokens.count)
}

/** A token that stands for a character together with its neighbours: it shows its share of it. */
function placeShared(boxes: Boxes, flow: Flow, tokens: HeatmapTokens, token: number, own: number): void {
  const [part, parts] = [tokens.part[token]!, tokens.partCount[token]!]
  const width = Math.max(metrics.part, own / parts)
  place(boxes, flow, token, tokens.shown[token]!, width, part < parts ? 0 : metrics.gap, part - 1)
}

/** Puts a box at the end of the line; `together` boxes before it must stay with it. */
function place(boxes: Boxes, flow: Flow, token: number, text: string, width: number, gap: number, together = 0): void {
  boxes.push(token, text, width, together * width, flow.x, flow.line)
  flow.x += width + gap
  if (flow.x > flow.room && boxes.count - 1 > flow.lineFirst) wrapLine(boxes, flow, together)
}

function startLine(flow: Flow, firstBox: number): void {
  flow.line++
  flow.x = 0
  flow.lineFirst = firstBox
  flow.breakAt = -1
}

/** Moves what follows the last possible break, or else only the last box with its `together` predecessors, to a new line. */
function wrapLine(boxes: Boxes, flow: Flow, together: number): void {
  const last = Math.max(flow.lineFirst + 1, boxes.count - 1 - together)
  const word = flow.breakAt > flow.lineFirst ? flow.breakAt : last
  const from = flow.x - boxes.x[word]! <= flow.room ? word : last
  const shift = boxes.x[from]!
  const x = flow.x - shift
  startLine(flow, from)
  flow.x = x
  for (let box = from; box < boxes.count; box++) {
    boxes.x[box] = boxes.x[box]! - shift
    boxes.line[box] = flow.line
  }
}

/** A text that is `width` wide in pieces that each fit into a line. */
function piecesOf(text: string, width: number, room: number): string[] {
  const letters = [...text]
  const perPart = Math.max(1, Math.floor((letters.length * (room - 2 * metrics.side)) / width))
  const parts: string[] = []
  for (let start = 0; start < letters.length; start += perPart)
    parts.push(letters.slice(start, start + perPart).join(''))
  return parts
}

function packLayout(boxes: Boxes, tokenCount: number): HeatmapLayout {
  const { count, token, line, x, width, textShift, text } = boxes
  const lineCount = count === 0 ? 0 : line[count - 1]! + 1
  const lineStart = new Int32Array(lineCount + 1).fill(count)
  const firstBox = new Int32Array(tokenCount).fill(-1)
  let widest = 0
  for (let box = count - 1; box >= 0; box--) {
    lineStart[line[box]!] = box
    firstBox[token[box]!] = box
    widest = Math.max(widest, x[box]! + width[box]!)
    x[box] = x[box]! + metrics.padding
  }
  // A line without boxes begins where the next one does.
  for (let at = lineCount - 1; at >= 0; at--) lineStart[at] = Math.min(lineStart[at]!, lineStart[at + 1]!)
  return {
    ...{ token: token.subarray(0, count), line: line.subarray(0, count) },
    ...{ x: x.subarray(0, count), width: width.subarray(0, count), textShift: textShift.subarray(0, count) },
    ...{ text, lineStart, firstBox, lineCount },
    height: lineCount * metrics.lineHeight + 2 * metrics.padding,
    fullWidth: widest + 2 * metrics.padding,
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
