/**
 * Causal attention over packed rows: sequences of different lengths end to end, without padding. Executors without a form of
 * their own lay them side by side, padded on the right, and back: padding lies in every real token's future.
 */
import { type Dim, multiplyDims } from '../dims.ts'
import { apply, type Op, part, type Value } from '../graph.ts'
import { type AttentionSizes, attention, attentionGradOp, attentionOp, sizesOf } from './attention.ts'
import { gather, pickRows } from './gather.ts'
import { pad } from './structure.ts'

/** How packed rows and the padded layout [time · batch] lead to each other; all int32. */
export interface PackedPlaces {
  /** The packed row of each padded place [time · batch]; any row where there is none. A sequence's rows are consecutive. */
  readonly spread: Value
  /** The padded place of each packed row [rows]. */
  readonly places: Value
  /** As `spread`, with the number of rows where there is none. */
  readonly returns: Value
}

const elementsOf = ({ shape }: Value, size: (dim: Dim) => number): number =>
  shape.reduce<number>((product, dim) => product * size(dim), 1)

/** A value of the padded op, as large as this packed one's: its scratch, and the padded operands. */
function paddedScratch(op: Op, value: Value, size: (dim: Dim) => number): number {
  const { time, batch } = sizesOf(value)
  const inputs = value.inputs.map((source) => ({
    ...source,
    shape: [multiplyDims(time, batch), ...source.shape.slice(1)],
  }))
  const operands = inputs.slice(0, op === attentionOp ? 3 : 5)
  const held = operands.reduce((sum, operand) => sum + elementsOf(operand, size), 0)
  return held + (op.scratch?.({ ...value, inputs, shape: inputs[0]!.shape }, size) ?? 0)
}

function requireRows(name: string, inputs: readonly Value[], places: Value): void {
  const rows = String(places.shape)
  if (inputs.some(({ shape }) => String(shape.slice(0, 1)) !== rows) || places.dtype !== 'int32')
    throw new Error(
      `${name}: got ${inputs.map(({ shape }) => `[${shape}]`).join(', ')} and places [${rows}], expected one row per place.`,
    )
}

export const packedAttentionOp: Op = {
  name: 'packedAttention',
  costly: true,
  scratch: (value, size) => paddedScratch(attentionOp, value, size),
  result: (inputs) => {
    requireRows('packedAttention', inputs.slice(0, 3), inputs[4]!)
    return { shape: inputs[0]!.shape, dtype: 'float32' }
  },
  gradient: (value, [g]) => {
    const [q, k, v, spread, places, returns] = value.inputs as [Value, Value, Value, Value, Value, Value]
    const all = apply(packedAttentionGradOp, [q, k, v, g!, value, spread, places, returns], value.attrs)
    return [part(all, 0), part(all, 1), part(all, 2), undefined, undefined, undefined]
  },
  expand: (value) => {
    const [q, k, v, spread, places, returns] = value.inputs as [Value, Value, Value, Value, Value, Value]
    const [queries, keys, values] = [q, k, v].map((x) => pickRows(x, spread, places)) as [Value, Value, Value]
    return [pickRows(attention(queries, keys, values, sizesOf(value)), places, returns)]
  },
}

/** Inputs q, k, v, cotangent, the attention's result, spread, places, returns; parts: gradients of q, k, v. */
export const packedAttentionGradOp: Op = {
  name: 'packedAttentionGrad',
  scratch: (value, size) => paddedScratch(attentionGradOp, value, size),
  result: (inputs) => {
    requireRows('packedAttentionGrad', inputs.slice(0, 5), inputs[6]!)
    return inputs.slice(0, 3).map(({ shape }) => ({ shape, dtype: 'float32' as const }))
  },
  expand: (value) => {
    const [q, k, v, g, out, spread, places, returns] = value.inputs as [
      Value,
      Value,
      Value,
      Value,
      Value,
      Value,
      Value,
      Value,
    ]
    const padded = [q, k, v].map((x) => pickRows(x, spread, places))
    // Where there is no token, no cotangent comes from.
    const cotangent = gather(pad(g, 0, 0, 1), returns)
    const all = apply(attentionGradOp, [...padded, cotangent, pickRows(out, spread, places)], value.attrs)
    return [0, 1, 2].map((index) => gather(part(all, index), places))
  },
}

/**
 * softmax(q·kᵀ / sqrt(headDim)) · v within each of `sizes.batch` sequences of at most `sizes.time` tokens. q [rows, heads ·
 * headDim]; k, v [rows, keyValueHeads · headDim].
 */
export function packedAttention(
  q: Value,
  k: Value,
  v: Value,
  { spread, places, returns }: PackedPlaces,
  sizes: AttentionSizes,
): Value {
  return apply(packedAttentionOp, [q, k, v, spread, places, returns], { ...sizes })
}
