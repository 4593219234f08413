/** Cuts rows into pieces of similar length: less padding, and activations that stay in the processor's caches. */
import type { TokenRows } from './policy.ts'

export interface Piece {
  readonly rows: TokenRows
  /** Where each of the piece's response tokens lies in the flat statistics of all rows. */
  readonly places: Int32Array
}

/** Padded tokens of a piece: enough to fill matrix products, few enough that a layer's activations fit the caches. */
const pieceTokens = 1024

/** Start of each row in a flat array of consecutive rows. */
function offsetsOf(lengths: Int32Array): Int32Array {
  let offset = 0
  return lengths.map((length) => {
    const start = offset
    offset += length
    return start
  })
}

/** Groups of row indices, longest rows first; each group padded to its first row stays within the budget. */
function groupByLength(lengths: Int32Array, budget: number): number[][] {
  const order = Array.from(lengths.keys()).sort((a, b) => lengths[b]! - lengths[a]! || a - b)
  const groups: number[][] = []
  let group: number[] = []
  for (const row of order) {
    const width = lengths[group[0] ?? row]!
    if (group.length > 0 && (group.length + 1) * width > budget) {
      groups.push(group)
      group = []
    }
    group.push(row)
  }
  return group.length > 0 ? [...groups, group] : groups
}

/** The pieces of some rows; every row is in exactly one. */
export function cutRows(all: TokenRows, budget = pieceTokens): Piece[] {
  const lengths = all.promptLengths.map((length, row) => length + all.responseLengths[row]!)
  const tokenOffsets = offsetsOf(lengths)
  const statisticOffsets = offsetsOf(all.responseLengths)
  return groupByLength(lengths, budget).map((group) => {
    const tokens = group.flatMap((row) => [
      ...all.tokens.subarray(tokenOffsets[row]!, tokenOffsets[row]! + lengths[row]!),
    ])
    const places = group.flatMap((row) =>
      Array.from({ length: all.responseLengths[row]! }, (_, index) => statisticOffsets[row]! + index),
    )
    const rows = {
      tokens: Int32Array.from(tokens),
      promptLengths: Int32Array.from(group, (row) => all.promptLengths[row]!),
      responseLengths: Int32Array.from(group, (row) => all.responseLengths[row]!),
    }
    return { rows, places: Int32Array.from(places) }
  })
}

/** Writes a piece's numbers to their places among all. */
export function scatter(target: Float32Array, { places }: Piece, numbers: Float32Array): void {
  for (const [index, place] of places.entries()) target[place] = numbers[index]!
}

/** The same for `width` numbers per token. */
export function scatterWide<Column extends Float32Array | Int32Array>(
  target: Column,
  { places }: Piece,
  numbers: Column,
  width: number,
): void {
  for (const [index, place] of places.entries())
    target.set(numbers.subarray(index * width, (index + 1) * width), place * width)
}

/** A piece's numbers out of all. */
export function pick(all: Float32Array, { places }: Piece): Float32Array {
  return Float32Array.from(places, (place) => all[place]!)
}
