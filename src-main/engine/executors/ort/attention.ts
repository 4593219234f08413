/**
 * Attention as products on time-major rows. Keys and values are read in place through FusedMatMul's batch transposes;
 * queries are copied once so that a group's heads fold into rows: [batch, kvHeads, group · queries, headDim].
 */
import { addDims, type Dim, multiplyDims, subtractDims } from '../../dims.ts'
import type { Value } from '../../graph.ts'
import { type AttentionSizes, sizesOf } from '../../ops/attention.ts'
import type { OnnxBuilder } from './builder.ts'

const masked = -1e30

interface Block {
  /** First query, and one past the last; keys 0 … end are visible. */
  readonly start: Dim
  readonly end: Dim
  /** Queries [batch, kvHeads, group · queries, headDim]. */
  readonly queries: string
  /** Keys and values [end, batch, kvHeads, headDim]. */
  readonly keys: string
  readonly values: string
  /** Softmax of the scores [batch, kvHeads, group · queries, end]. */
  readonly probabilities: string
}

interface Layout {
  readonly onnx: OnnxBuilder
  readonly sizes: AttentionSizes
  readonly group: number
}

/** The size of one block: `time / blocks`, which the program's builder made divide evenly. */
function blockSize({ time, blocks }: AttentionSizes): Dim {
  if (blocks === 1) return time
  if (typeof time === 'number' && time % blocks === 0) return time / blocks
  const match = /^(\d+)\*(\w+)$/.exec(String(time))
  if (!match || Number(match[1]) % blocks !== 0)
    throw new Error(`attention: time ${time} is not ${blocks} equal blocks.`)
  return multiplyDims(Number(match[1]) / blocks, match[2]!)
}

/** Rows start … end of [time · batch, kvHeads · group · headDim] as [batch, kvHeads, group · queries, headDim]. */
function foldQueries({ onnx, sizes, group }: Layout, rows: string, start: Dim, end: Dim): string {
  const { time, batch, keyValueHeads, headDim } = sizes
  const split = onnx.reshape(rows, [time, batch, keyValueHeads, group, headDim])
  const piece = start === 0 && end === time ? split : onnx.slice(split, 0, start, end)
  const count = multiplyDims(group, subtractDims(end, start))
  return onnx.reshape(onnx.transpose(piece, [1, 2, 3, 0, 4]), [batch, keyValueHeads, count, headDim])
}

/** The inverse of `foldQueries`: [queries, batch, heads · headDim]. */
function unfoldQueries({ onnx, sizes, group }: Layout, x: string, count: Dim): string {
  const { batch, keyValueHeads, headDim } = sizes
  const split = onnx.reshape(x, [batch, keyValueHeads, group, count, headDim])
  return onnx.reshape(onnx.transpose(split, [3, 0, 1, 2, 4]), [count, batch, keyValueHeads * group * headDim])
}

/** 0 where query and key may meet, very low elsewhere: [queries, end], or [batch, 1, 1, queries, end] with starts. */
function maskOf({ onnx, sizes }: Layout, start: Dim, end: Dim, starts: string | undefined): string {
  const column = onnx.reshape(range(onnx, start, end), [subtractDims(end, start), 1])
  const keys = range(onnx, 0, end)
  const future = onnx.node('Greater', [keys, column])
  if (!starts) return onnx.node('Where', [future, onnx.float(masked), onnx.float(0)])
  const hidden = onnx.node('Or', [future, startsMask(onnx, keys, starts, sizes.batch)])
  return onnx.node('Where', [hidden, onnx.float(masked), onnx.float(0)])
}

function startsMask(onnx: OnnxBuilder, keys: string, starts: string, batch: Dim): string {
  return onnx.node('Less', [keys, onnx.reshape(starts, [batch, 1, 1, 1, 1])])
}

function range(onnx: OnnxBuilder, start: Dim, end: Dim): string {
  const bounds = [start, end].map((dim) => onnx.reshape(onnx.dim(dim), []))
  const one = onnx.constant(new BigInt64Array([1n]), [], 'int64')
  return onnx.castTo(onnx.node('Range', [...bounds, one]), 'int32')
}

/** Cuts attention into blocks and lowers each up to its probabilities. */
function blocksOf(layout: Layout, [q, k, v, starts]: readonly (string | undefined)[]): Block[] {
  const { onnx, sizes, group } = layout
  const { time, batch, keyValueHeads, headDim, blocks } = sizes
  const step = blockSize(sizes)
  const split = (rows: string) => onnx.reshape(rows, [time, batch, keyValueHeads, headDim])
  return Array.from({ length: blocks }, (_, index) => {
    const start = multiplyDims(index, step)
    const end = index === blocks - 1 ? time : multiplyDims(index + 1, step)
    const upTo = (rows: string) => (end === time ? split(rows) : onnx.slice(split(rows), 0, 0, end))
    const queries = foldQueries(layout, q!, start, end)
    const keys = upTo(k!)
    const alpha = 1 / Math.sqrt(headDim)
    const scores = onnx.matmul(queries, keys, { transB: 1, transBatchB: 1, alpha })
    const count = subtractDims(end, start)
    const grouped = onnx.reshape(scores, [batch, keyValueHeads, group, count, end])
    const softmax = onnx.node('Softmax', [onnx.node('Add', [grouped, maskOf(layout, start, end, starts)])], {
      axis: -1,
    })
    const probabilities = onnx.reshape(softmax, [batch, keyValueHeads, multiplyDims(group, count), end])
    return { start, end, queries, keys, values: upTo(v!), probabilities }
  })
}

function layoutOf(onnx: OnnxBuilder, value: Value): Layout {
  const sizes = sizesOf(value)
  return { onnx, sizes, group: sizes.heads / sizes.keyValueHeads }
}

function attend(onnx: OnnxBuilder, block: Block): string {
  return onnx.matmul(block.probabilities, block.values, { transBatchB: 1 })
}

function joinTime({ onnx, sizes }: Layout, pieces: readonly string[], heads: number): string {
  const joined = pieces.length === 1 ? pieces[0]! : onnx.node('Concat', pieces, { axis: 0 })
  return onnx.reshape(joined, [multiplyDims(sizes.time, sizes.batch), heads * sizes.headDim])
}

function attention(onnx: OnnxBuilder, value: Value, inputs: readonly string[]): string[] {
  const layout = layoutOf(onnx, value)
  const pieces = blocksOf(layout, inputs).map((block) =>
    unfoldQueries(layout, attend(onnx, block), subtractDims(block.end, block.start)),
  )
  return [joinTime(layout, pieces, layout.sizes.heads)]
}

/** −Σ cotangent · result per head [time · batch, heads]: what the softmax backward subtracts from each row. */
function negativeRowSums({ onnx, sizes }: Layout, g: string, out: string): string {
  const rows = multiplyDims(sizes.time, sizes.batch)
  const products = onnx.reshape(onnx.node('Mul', [g, out]), [rows, sizes.heads, sizes.headDim])
  return onnx.node('Neg', [onnx.reduceSum(products, [2], false)])
}

/** Gradient of the scores of one block, already scaled by the probabilities. */
function scoreGradient(layout: Layout, block: Block, g: string, rowSum: string): string {
  const { onnx, sizes } = layout
  const { batch, keyValueHeads } = sizes
  // A column of ones in the values subtracts the softmax row sum inside the product.
  const left = onnx.node(
    'Concat',
    [g, foldQueries({ ...layout, sizes: { ...sizes, headDim: 1 } }, rowSum, block.start, block.end)],
    {
      axis: -1,
    },
  )
  const ones = onnx.node('Expand', [onnx.float(1), onnx.shape([block.end, batch, keyValueHeads, 1])])
  const right = onnx.node('Concat', [block.values, ones], { axis: -1 })
  const centred = onnx.matmul(left, right, { transB: 1, transBatchB: 1 })
  return onnx.node('Mul', [block.probabilities, centred])
}

/** Sums per-block gradients [batch, kvHeads, end, headDim] of keys or values into [time · batch, kvHeads · headDim]. */
function joinKeys(layout: Layout, blocks: readonly Block[], pieces: readonly string[]): string {
  const { onnx, sizes } = layout
  const full = pieces.map((piece, index) => {
    const moved = onnx.transpose(piece, [2, 0, 1, 3])
    const missing = subtractDims(sizes.time, blocks[index]!.end)
    if (missing === 0) return moved
    return onnx.node('Pad', [moved, onnx.shape([0, missing]), onnx.float(0), onnx.ints([0])])
  })
  const sum = full.length === 1 ? full[0]! : onnx.node('Sum', full)
  return onnx.reshape(sum, [multiplyDims(sizes.time, sizes.batch), sizes.keyValueHeads * sizes.headDim])
}

function attentionGrad(onnx: OnnxBuilder, value: Value, [q, k, v, g, out, starts]: readonly string[]): string[] {
  const layout = layoutOf(onnx, value)
  const alpha = 1 / Math.sqrt(layout.sizes.headDim)
  const blocks = blocksOf(layout, [q, k, v, starts])
  const rowSums = negativeRowSums(layout, g!, out!)
  const queries: string[] = []
  const keys: string[] = []
  const values: string[] = []
  for (const block of blocks) {
    const cotangent = foldQueries(layout, g!, block.start, block.end)
    const scores = scoreGradient(layout, block, cotangent, rowSums)
    const dq = onnx.matmul(scores, block.keys, { transBatchB: 1, alpha })
    queries.push(unfoldQueries(layout, dq, subtractDims(block.end, block.start)))
    keys.push(onnx.matmul(scores, block.queries, { transA: 1, alpha }))
    values.push(onnx.matmul(block.probabilities, cotangent, { transA: 1 }))
  }
  return [
    joinTime(layout, queries, layout.sizes.heads),
    joinKeys(layout, blocks, keys),
    joinKeys(layout, blocks, values),
  ]
}

/** One query per sequence: group heads are the rows of a product that reads the time-major cache in place. */
function cachedAttention(onnx: OnnxBuilder, value: Value, inputs: readonly string[]): string[] {
  const [q, k, v, pastKeys, pastValues, starts] = inputs as [string, string, string, string, string, string | undefined]
  const sizes = sizesOf(value)
  const { time, batch, heads, keyValueHeads, headDim } = sizes
  const alpha = 1 / Math.sqrt(headDim)
  const query = onnx.reshape(q, [batch, keyValueHeads, heads / keyValueHeads, headDim])
  const past = (cache: string) => onnx.reshape(cache, [time, batch, keyValueHeads, headDim])
  const now = (rows: string) => onnx.reshape(rows, [batch, keyValueHeads, 1, headDim])
  const pastScores = onnx.matmul(query, past(pastKeys), { transB: 1, transBatchB: 1, alpha })
  const ownScore = onnx.matmul(query, now(k), { transB: 1, alpha })
  const scores = onnx.node('Concat', [pastScores, ownScore], { axis: -1 })
  const bias = starts && cacheMask(onnx, starts, batch, addDims(time, 1))
  const softmax = onnx.node('Softmax', [bias ? onnx.node('Add', [scores, bias]) : scores], { axis: -1 })
  const pastWeight = onnx.slice(softmax, 3, 0, time)
  const ownWeight = onnx.slice(softmax, 3, time, addDims(time, 1))
  const attended = onnx.matmul(pastWeight, past(pastValues), { transBatchB: 1 })
  const sum = onnx.node('Add', [attended, onnx.node('Mul', [ownWeight, now(v)])])
  return [onnx.reshape(sum, [batch, heads * headDim])]
}

function cacheMask(onnx: OnnxBuilder, starts: string, batch: Dim, total: Dim): string {
  const hidden = onnx.node('Less', [range(onnx, 0, total), onnx.reshape(starts, [batch, 1, 1, 1])])
  return onnx.node('Where', [hidden, onnx.float(masked), onnx.float(0)])
}

export const attentionLowerings = { attention, attentionGrad, cachedAttention }
