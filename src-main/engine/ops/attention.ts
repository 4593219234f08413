/**
 * Causal attention with grouped key/value heads. Rows are time-major: row `time · batch + b` of a [time · batch, width]
 * matrix is token `time` of sequence `b`, so that linear layers see a plain matrix and a cache grows on its leading axis.
 */
import { addDims, type Dim, multiplyDims } from '../dims.ts'
import { apply, constant, type Op, part, scalar, type Value } from '../graph.ts'
import { add, compare, mul, sub, where } from './elementwise.ts'
import { gather } from './gather.ts'
import { matmul } from './matmul.ts'
import { softmax } from './reduce.ts'
import { cast, concat, iota, reduceSum, reshape, size, transpose } from './structure.ts'

export interface AttentionSizes {
  readonly time: Dim
  readonly batch: Dim
  readonly heads: number
  readonly keyValueHeads: number
  readonly headDim: number
  /** Number of equal pieces the queries are cut into, each seeing only its past: fewer products, same result. */
  readonly blocks: number
}

/** Low enough that exp underflows to 0 next to any real score, finite so that a row without any key stays finite. */
const masked = -1e30

export function sizesOf(value: Value): AttentionSizes {
  return value.attrs as unknown as AttentionSizes
}

/** [time · batch, heads · headDim] → [batch, keyValueHeads, group, time, headDim]. */
function splitHeads(x: Value, sizes: AttentionSizes, group: number, time: Dim = sizes.time): Value {
  const split = reshape(x, [time, sizes.batch, sizes.keyValueHeads, group, sizes.headDim])
  return transpose(split, [1, 2, 3, 0, 4])
}

/** The inverse of `splitHeads`. */
function joinHeads(x: Value, sizes: AttentionSizes): Value {
  const [, keyValueHeads, group] = x.shape as [Dim, number, number]
  const rows = multiplyDims(sizes.time, sizes.batch)
  return reshape(transpose(x, [3, 0, 1, 2, 4]), [rows, keyValueHeads * group * sizes.headDim])
}

/** Probabilities [batch, keyValueHeads, group, time, time]: query t sees keys start ≤ s ≤ t. */
function probabilities(q: Value, k: Value, starts: Value | undefined, sizes: AttentionSizes): Value {
  const { time, batch, headDim } = sizes
  const scores = matmul(q, k, { transB: true, alpha: 1 / Math.sqrt(headDim) })
  const keys = reshape(iota(time), [1, time])
  const future = compare(keys, reshape(iota(time), [time, 1]), 'greater')
  const causal = where(future, scalar(masked), scores)
  if (!starts) return softmax(causal)
  const before = compare(reshape(keys, [1, 1, 1, 1, time]), reshape(starts, [batch, 1, 1, 1, 1]), 'less')
  return softmax(where(before, scalar(masked), causal))
}

function requireShapes(name: string, inputs: readonly Value[], sizes: AttentionSizes): void {
  const rows = multiplyDims(sizes.time, sizes.batch)
  const [q, k, v] = inputs as [Value, Value, Value]
  const expectedQ = String([rows, sizes.heads * sizes.headDim])
  const expectedK = String([rows, sizes.keyValueHeads * sizes.headDim])
  if (String(q.shape) !== expectedQ || String(k.shape) !== expectedK || String(v.shape) !== expectedK) {
    throw new Error(
      `${name}: got q [${q.shape}], k [${k.shape}], v [${v.shape}]; expected [${expectedQ}], [${expectedK}] twice.`,
    )
  }
  if (sizes.heads % sizes.keyValueHeads !== 0) {
    throw new Error(`${name}: ${sizes.heads} heads do not share ${sizes.keyValueHeads} key/value heads evenly.`)
  }
}

/** Elements of one block's scores, the last and longest, and of all blocks' together. */
function scoreElements(value: Value, size: (dim: Dim) => number): { last: number; all: number } {
  const { batch, heads, time, blocks } = sizesOf(value)
  const last = (size(batch) * heads * size(time) ** 2) / blocks
  return { last, all: (last * (blocks + 1)) / 2 }
}

const elementsOf = ({ shape }: Value, size: (dim: Dim) => number): number =>
  shape.reduce<number>((product, dim) => product * size(dim), 1)

export const attentionOp: Op = {
  name: 'attention',
  costly: true,
  // Scores and probabilities of one block, and the blocks' results before they are joined.
  scratch: (value, size) => 2 * scoreElements(value, size).last + elementsOf(value, size),
  result: (inputs, attrs) => {
    requireShapes('attention', inputs, attrs as unknown as AttentionSizes)
    return { shape: inputs[0]!.shape, dtype: 'float32' }
  },
  gradient: (value, [g]) => {
    const [q, k, v, ...starts] = value.inputs as [Value, Value, Value, ...Value[]]
    const all = apply(attentionGradOp, [q, k, v, g!, value, ...starts], value.attrs)
    return [part(all, 0), part(all, 1), part(all, 2), ...starts.map(() => undefined)]
  },
  expand: (value) => {
    const [q, k, v, starts] = value.inputs as [Value, Value, Value, Value | undefined]
    const sizes = sizesOf(value)
    const group = sizes.heads / sizes.keyValueHeads
    const p = probabilities(splitHeads(q, sizes, group), splitHeads(k, sizes, 1), starts, sizes)
    return [joinHeads(matmul(p, splitHeads(v, sizes, 1)), sizes)]
  },
}

/**
 * softmax(q·kᵀ / sqrt(headDim)) · v. q [time · batch, heads · headDim]; k, v [time · batch, keyValueHeads · headDim];
 * int32 `starts` [batch] hides the keys before a sequence's first token (left padding; queries there are finite noise).
 */
export function attention(q: Value, k: Value, v: Value, sizes: AttentionSizes, starts?: Value): Value {
  return apply(attentionOp, starts ? [q, k, v, starts] : [q, k, v], { ...sizes })
}

/** Inputs q, k, v, cotangent, the attention's result, starts?; parts: gradients of q, k, v. */
export const attentionGradOp: Op = {
  name: 'attentionGrad',
  // All blocks' probabilities, one block's gradient of the scores, folded queries and cotangents, and per block the
  // gradients of all keys and values.
  scratch: (value, size) => {
    const { last, all } = scoreElements(value, size)
    const [q, k] = value.inputs as [Value, Value]
    return all + 2 * last + 2 * elementsOf(q, size) + 2 * sizesOf(value).blocks * elementsOf(k, size)
  },
  result: (inputs, attrs) => {
    requireShapes('attentionGrad', inputs, attrs as unknown as AttentionSizes)
    return inputs.slice(0, 3).map(({ shape }) => ({ shape, dtype: 'float32' as const }))
  },
  expand: (value) => {
    const [qRows, kRows, vRows, gRows, out, starts] = value.inputs as [
      Value,
      Value,
      Value,
      Value,
      Value,
      Value | undefined,
    ]
    const sizes = sizesOf(value)
    const group = sizes.heads / sizes.keyValueHeads
    const q = splitHeads(qRows, sizes, group)
    const k = splitHeads(kRows, sizes, 1)
    const g = splitHeads(gRows, sizes, group)
    const p = probabilities(q, k, starts, sizes)
    const dp = matmul(g, splitHeads(vRows, sizes, 1), { transB: true })
    // Σ p · dp over the keys is the result's product with its cotangent.
    const rowSum = reduceSum(mul(g, splitHeads(out, sizes, group)), [-1], true)
    const ds = mul(p, sub(dp, rowSum))
    const alpha = 1 / Math.sqrt(sizes.headDim)
    const dq = matmul(ds, k, { alpha })
    const dk = reduceSum(matmul(ds, q, { transA: true, alpha }), [2], true)
    const dv = reduceSum(matmul(p, g, { transA: true }), [2], true)
    return [joinHeads(dq, sizes), joinHeads(dk, sizes), joinHeads(dv, sizes)]
  },
}

export const cachedAttentionOp: Op = {
  name: 'cachedAttention',
  scratch: (value, size) => {
    const { batch, heads, time } = sizesOf(value)
    const prompts = value.inputs[6]?.shape[0] ?? 0
    return 3 * size(batch) * heads * (size(prompts) + size(time) + 1)
  },
  result: (inputs, attrs) => {
    const sizes = attrs as unknown as AttentionSizes
    requireShapes('cachedAttention', inputs, { ...sizes, time: 1 })
    const expected = String([sizes.time, sizes.batch, sizes.keyValueHeads * sizes.headDim])
    if (String(inputs[3]!.shape) !== expected || String(inputs[4]!.shape) !== expected) {
      throw new Error(
        `cachedAttention: got caches [${inputs[3]!.shape}], [${inputs[4]!.shape}]; expected [${expected}].`,
      )
    }
    if (inputs.length > 6) requirePrompts(inputs, sizes)
    return { shape: inputs[0]!.shape, dtype: 'float32' }
  },
  expand: (value) => {
    const [q, k, v, pastK, pastV, starts] = value.inputs as [Value, Value, Value, Value, Value, Value | undefined]
    const [promptK, promptV, entries, lengths] = value.inputs.slice(6)
    const sizes = sizesOf(value)
    const { time, batch, keyValueHeads, headDim, heads } = sizes
    const width = keyValueHeads * headDim
    const own = addDims(time, 1)
    const promptTime = promptK?.shape[0] ?? 0
    const total = addDims(promptTime, own)
    const joined = (past: Value, now: Value, prompts: Value | undefined) => {
      const parts = [...(prompts ? [gather(prompts, entries!, 1)] : []), past, reshape(now, [1, batch, width])]
      return splitHeads(reshape(concat(parts, 0), [multiplyDims(total, batch), width]), sizes, 1, total)
    }
    const one = { ...sizes, time: 1 }
    const query = splitHeads(q, one, heads / keyValueHeads)
    const scores = matmul(query, joined(pastK, k, promptK), { transB: true, alpha: 1 / Math.sqrt(headDim) })
    const times = (count: Dim) => reshape(iota(count), [1, 1, 1, 1, count])
    const perRow = (x: Value) => reshape(x, [batch, 1, 1, 1, 1])
    const before = starts ? compare(times(own), perRow(starts), 'less') : constant(new Uint8Array([0]), [])
    // Prompts end at the last row: those before a prompt's own are another's, or nothing.
    const outside = (held: Value) =>
      compare(add(times(promptTime), perRow(held)), cast(size(promptTime), 'int32'), 'less')
    const hidden = lengths ? concat([outside(lengths), before], 4) : before
    const p = softmax(where(hidden, scalar(masked), scores))
    return [joinHeads(matmul(p, joined(pastV, v, promptV)), one)]
  },
}

/** The same over prompts that sequences share: an op of its own, so that an executor need not know of them. */
export const promptedAttentionOp: Op = { ...cachedAttentionOp, name: 'promptedAttention' }

/** Keys and values of prompts that sequences share, which lie before the sequence's own in the cache. */
export interface SharedPrompts {
  /** [longest, prompts, keyValueHeads · headDim]; each ends at the last row. */
  readonly keys: Value
  readonly values: Value
  /** Of each sequence, int32 [batch]: its prompt, and the prompt's length. */
  readonly entries: Value
  readonly lengths: Value
}

function requirePrompts(inputs: readonly Value[], { batch, keyValueHeads, headDim }: AttentionSizes): void {
  const [keys, values, entries, lengths] = inputs.slice(6) as [Value, Value, Value, Value]
  const width = keyValueHeads * headDim
  const numbers = [entries, lengths].map(({ shape, dtype }) => [dtype, ...shape].join())
  const fits = keys.shape.length === 3 && keys.shape[2] === width && String(keys.shape) === String(values.shape)
  if (!fits || numbers.some((each) => each !== `int32,${batch}`))
    throw new Error(
      `cachedAttention: got prompts [${keys.shape}], [${values.shape}], entries [${entries.shape}], lengths [${lengths.shape}]; expected [time, prompts, ${width}] twice and int32 [${batch}] twice.`,
    )
}

/**
 * Attention of one new token per sequence over a cache and itself. q [batch, heads · headDim]; k, v
 * [batch, keyValueHeads · headDim]; caches [time, batch, keyValueHeads · headDim]; `sizes.time` is the cache's length. With
 * prompts, `starts` says where what follows a sequence's prompt begins in the cache.
 */
export function cachedAttention(
  q: Value,
  k: Value,
  v: Value,
  pastKeys: Value,
  pastValues: Value,
  sizes: AttentionSizes,
  starts?: Value,
  prompts?: SharedPrompts,
): Value {
  if (prompts && !starts) throw new Error('cachedAttention: prompts are given without the starts of what follows them.')
  const shared = prompts ? [prompts.keys, prompts.values, prompts.entries, prompts.lengths] : []
  const inputs = [q, k, v, pastKeys, pastValues, ...(starts ? [starts] : []), ...shared]
  return apply(prompts ? promptedAttentionOp : cachedAttentionOp, inputs, { ...sizes })
}
