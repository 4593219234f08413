/**
 * What attention kernels share: shapes, where a sequence's rows lie, and how scores are masked.
 *
 * Time-major rows: token `time` of sequence b is row `time · batch + b`, padded to one length. Packed rows: it is row
 * `firsts[b] + time`, sequences end to end without padding. Both are row `first + time · stride`, so one kernel serves
 * both: `firsts` null means b, `lengths` null means that every sequence is `time` long, `starts` (null: zeros) hides the
 * keys before a sequence's first token. Query t sees the keys from the start to t. A query that sees none gives zeros.
 *
 * Statistics of a query are kept as log₂ of the sum of 2^(score · log₂e), float32 [batch, heads, time]; −∞ where it sees
 * no key.
 */
import type { Storage } from './prelude.ts'

export interface AttentionShape {
  readonly storage: Storage
  readonly heads: number
  readonly keyValueHeads: number
  readonly headDim: number
}

/** Sizes of a launch: the padded length and the number of sequences. */
export interface AttentionSizes {
  readonly time: number
  readonly batch: number
}

/** Pointers that place sequences in rows, then sizes; every attention kernel ends with these. */
export const placing = {
  firsts: 'const int*',
  lengths: 'const int*',
  starts: 'const int*',
  time: 'int',
  batch: 'int',
  stride: 'int',
  scale: 'float',
} as const

/** The numbers that follow the pointers of `placing`. */
export function placingNumbers(
  { headDim }: AttentionShape,
  { time, batch }: AttentionSizes,
  packed: boolean,
): [number, number, number, number] {
  return [time, batch, packed ? 1 : batch, 1 / Math.sqrt(headDim)]
}

export const placed = `
  const int first = firsts ? firsts[sequence] : sequence;
  const int length = lengths ? lengths[sequence] : time;
  const int start = starts ? starts[sequence] : 0;`

export const suffixOf = ({ storage, heads, keyValueHeads, headDim }: AttentionShape): string =>
  `${storage}_${heads}_${keyValueHeads}_${headDim}`

export const constantsOf = ({ heads, keyValueHeads, headDim }: AttentionShape) => ({
  HEADS: heads,
  KEY_HEADS: keyValueHeads,
  GROUP: heads / keyValueHeads,
  DIM: headDim,
})

/** Whether tensor cores can take the heads: bf16, whole fragments, and sums of a row that fit a thread's registers. */
export function usesTensorCores({ storage, headDim }: AttentionShape): boolean {
  return storage === 'bfloat16' && headDim % 16 === 0 && headDim <= 256
}

/** Bytes of a tile of bf16 rows as `tensorCore` lays it out. */
export const tileBytes = (rows: number, headDim: number): number => rows * (headDim + 8) * 2
