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
  /** Keys [end, batch, kvHeads, headDim]. */
  readonly keys: string
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

/** Rows of keys or values as [time, batch, kvHeads, headDim]. */
function splitKeys({ onnx, sizes }: Layout, rows: string): string {
  return onnx.reshape(rows, [sizes.time, sizes.batch, sizes.keyValueHeads, sizes.headDim])
}

/** The times 0 … end of a time-major tensor. */
function upTo({ onnx, sizes }: Layout, x: string, end: Dim): string {
  return end === sizes.time ? x : onnx.slice(x, 0, 0, end)
}

/** Cuts attention into blocks and lowers each up to its probabilities. */
function blocksOf(layout: Layout, q: string, k: string, starts: string | undefined): Block[] {
  const { onnx, sizes, group } = layout
  const { time, batch, keyValueHeads, headDim, blocks } = sizes
  const step = blockSize(sizes)
  return Array.from({ length: blocks }, (_, index) => {
    const start = multiplyDims(index, step)
    const end = index === blocks - 1 ? time : multiplyDims(index + 1, step)
    const queries = foldQueries(layout, q, start, end)
    const keys = upTo(layout, splitKeys(layout, k), end)
    const alpha = 1 / Math.sqrt(headDim)
    const scores = onnx.matmul(queries, keys, { transB: 1, transBatchB: 1, alpha })
    const count = subtractDims(end, start)
    const grouped = onnx.reshape(scores, [batch, keyValueHeads, group, count, end])
    const softmax = onnx.node('Softmax', [onnx.node('Add', [grouped, maskOf(layout, start, end, starts)])], {
      axis: -1,
    })
    const probabilities = onnx.reshape(softmax, [batch, keyValueHeads, multiplyDims(group, count), end])
    return { start, end, queries, keys, probabilities }
  })
}

function layoutOf(onnx: OnnxBuilder, value: Value): Layout {
  const sizes = sizesOf(value)
  return { onnx, sizes, group: sizes.heads / sizes.keyValueHeads }
}

function joinTime({ onnx, sizes }: Layout, pieces: readonly string[], heads: number): string {
  const joined = pieces.length === 1 ? pieces[0]! : onnx.node('Concat', pieces, { axis: 0 })
  return onnx.reshape(joined, [multiplyDims(sizes.time, sizes.batch), heads * sizes.headDim])
}

function attention(onnx: OnnxBuilder, value: Value, [q, k, v, starts]: readonly string[]): string[] {
  const layout = layoutOf(onnx, value)
  const values = splitKeys(layout, v!)
  const pieces = blocksOf(layout, q!, k!, starts).map(({ start, end, probabilities }) => {
    const attended = onnx.matmul(probabilities, upTo(layout, values, end), { transBatchB: 1 })
    return unfoldQueries(layout, attended, subtractDims(end, start))
  })
  return [joinTime(layout, pieces, layout.sizes.heads)]
}

/** −Σ cotangent · result per head [time · batch, heads]: what the softmax backward subtracts from each row. */
function negativeRowSums({ onnx, sizes }: Layout, g: string, out: string): string {
  const rows = multiplyDims(sizes.time, sizes.batch)
  const products = onnx.reshape(onnx.node('Mul', [g, out]), [rows, sizes.heads, sizes.headDim])
  return onnx.node('Neg', [onnx.reduceSum(products, [2], false)])
}

/** Values with a column of ones [time, batch, kvHeads, headDim + 1], which adds a number per query inside a product. */
function valuesWithOnes(layout: Layout, v: string): string {
  const { onnx, sizes } = layout
  const ones = onnx.node('Expand', [onnx.float(1), onnx.shape([sizes.time, sizes.batch, sizes.keyValueHeads, 1])])
  return onnx.node('Concat', [splitKeys(layout, v), ones], { axis: -1 })
}

/** Gradient of the scores of one block: probabilities · (cotangent · valuesᵀ − row sum). */
function scoreGradient(layout: Layout, block: Block, g: string, rowSums: string, values: string): string {
  const { onnx, sizes } = layout
  const sums = foldQueries({ ...layout, sizes: { ...sizes, headDim: 1 } }, rowSums, block.start, block.end)
  const left = onnx.node('Concat', [g, sums], { axis: -1 })
  const centred = onnx.matmul(left, upTo(layout, values, block.end), { transB: 1, transBatchB: 1 })
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
  const blocks = blocksOf(layout, q!, k!, starts)
  const extended = valuesWithOnes(layout, v!)
  const rowSums = negativeRowSums(layout, g!, out!)
  const queries: string[] = []
  const keys: string[] = []
  const values: string[] = []
  for (const block of blocks) {
    const cotangent = foldQueries(layout, g!, block.start, block.end)
    const scores = scoreGradient(layout, block, cotangent, rowSums, extended)
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
