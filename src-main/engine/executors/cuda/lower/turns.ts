/** Tensors cut into turns, so that only a part of them is in one place at a time. */

/** A stretch of a tensor. */
export interface Segment {
  readonly tensor: number
  /** Elements before it in the tensor, and in its turn's place. */
  readonly start: number
  readonly place: number
  readonly elements: number
}

export interface Turn {
  readonly segments: readonly Segment[]
  /** Elements of the turn's place. */
  readonly elements: number
}

/** What nothing hides is the first turn's way in and the last one's way out: a sixteenth of all. */
const wantedTurns = 16
/** Elements of a turn: more than a launch costs, and no more memory than a layer's activations. */
const [fewest, most] = [2 ** 14, 2 ** 24]
/** Stretches begin at multiples of this many elements, as vector loads want. */
const alignment = 64

const aligned = (elements: number) => Math.ceil(elements / alignment) * alignment

/** One turn of whole tensors, or several of about equal size where `cut`. */
export function turnsOf(sizes: readonly number[], cut: boolean): Turn[] {
  const total = sizes.reduce((sum, size) => sum + aligned(size), 0)
  const limit = cut ? aligned(Math.min(most, Math.max(fewest, total / wantedTurns))) : Number.POSITIVE_INFINITY
  const turns: { segments: Segment[]; elements: number }[] = []
  for (const [tensor, size] of sizes.entries())
    for (let start = 0; start < size; ) {
      if ((turns.at(-1)?.elements ?? limit) === limit) turns.push({ segments: [], elements: 0 })
      const turn = turns.at(-1)!
      const elements = Math.min(size - start, limit - turn.elements)
      turn.segments.push({ tensor, start, place: turn.elements, elements })
      turn.elements += aligned(elements)
      start += elements
    }
  return turns
}
