/** Layers of a transformer as composites: one op where executors have, or can build, a fused form. */
import { apply, type Op, part, type Value } from '../graph.ts'
import { add, mul, neg, rsqrt, sigmoid, silu, sub } from './elementwise.ts'
import { gather } from './gather.ts'
import { reduceMean } from './reduce.ts'
import { concat, reduceSum, reshape, slice } from './structure.ts'

const likeFirst: Op['result'] = ([x]) => ({ shape: x!.shape, dtype: x!.dtype })
const likeInputs =
  (count: number): Op['result'] =>
  (inputs) =>
    inputs.slice(0, count).map(({ shape, dtype }) => ({ shape, dtype }))

/** 1 / sqrt(mean(x²) + eps) over the last axis, that axis kept. */
export function inverseRms(x: Value, eps: number): Value {
  return rsqrt(add(reduceMean(mul(x, x), [-1], true), eps))
}

export const rmsNormOp: Op = {
  name: 'rmsNorm',
  result: ([x, weight]) => {
    if (weight!.shape.length !== 1 || weight!.shape[0] !== x!.shape.at(-1)) {
      throw new Error(`rmsNorm: got [${x!.shape}] and weight [${weight!.shape}], expected [..., n] and [n].`)
    }
    return { shape: x!.shape, dtype: x!.dtype }
  },
  gradient: (value, [g]) => {
    const both = apply(rmsNormGradOp, [...value.inputs, g!], value.attrs)
    return [part(both, 0), part(both, 1)]
  },
  expand: ({ inputs: [x, weight], attrs }) => [mul(mul(x!, inverseRms(x!, attrs.eps as number)), weight!)],
}

/** x / sqrt(mean(x²) + eps) · weight over the last axis (Zhang & Sennrich 2019). */
export function rmsNorm(x: Value, weight: Value, eps: number): Value {
  return apply(rmsNormOp, [x, weight], { eps })
}

/** Inputs x [rows, n], weight [n], cotangent [rows, n]; parts: gradient of x, of the weight. */
export const rmsNormGradOp: Op = {
  name: 'rmsNormGrad',
  result: likeInputs(2),
  expand: ({ inputs: [x, weight, g], attrs }) => {
    const inverse = inverseRms(x!, attrs.eps as number)
    const normal = mul(x!, inverse)
    const scaled = mul(g!, weight!)
    const along = reduceMean(mul(scaled, normal), [-1], true)
    const leading = x!.shape.map((_, axis) => axis).slice(0, -1)
    return [mul(inverse, sub(scaled, mul(normal, along))), reduceSum(mul(g!, normal), leading)]
  },
}

export const swigluOp: Op = {
  name: 'swiglu',
  result: likeFirst,
  gradient: (value, [g]) => {
    const both = apply(swigluGradOp, [...value.inputs, g!])
    return [part(both, 0), part(both, 1)]
  },
  expand: ({ inputs: [gate, up] }) => [mul(silu(gate!), up!)],
}

/** silu(gate) · up (Shazeer 2020). */
export function swiglu(gate: Value, up: Value): Value {
  return apply(swigluOp, [gate, up])
}

/** Inputs gate, up, cotangent; parts: gradient of the gate, of up. */
export const swigluGradOp: Op = {
  name: 'swigluGrad',
  result: likeInputs(2),
  expand: ({ inputs: [gate, up, g] }) => {
    const slope = sigmoid(gate!)
    const activated = silu(gate!)
    // d silu = s + s·gate·(1 − s) = s · (1 + gate − silu(gate))
    const derivative = mul(slope, sub(add(gate!, 1), activated))
    return [mul(mul(g!, up!), derivative), mul(g!, activated)]
  },
}

interface RopeAttributes {
  readonly heads: number
  readonly inverse: boolean
}

export const ropeOp: Op = {
  name: 'rope',
  costly: true,
  result: ([x, positions, cos, sin], attrs) => {
    const width = (attrs.heads as number) * 2 * Number(cos!.shape[1])
    if (x!.shape[1] !== width || positions!.dtype !== 'int32' || String(cos!.shape) !== String(sin!.shape)) {
      throw new Error(`rope: got [${x!.shape}], expected [rows, ${width}], int32 positions and equal tables.`)
    }
    return { shape: x!.shape, dtype: x!.dtype }
  },
  // A rotation is orthogonal: its gradient rotates back.
  gradient: ({ inputs: [, positions, cos, sin], attrs }, [g]) => [
    apply(ropeOp, [g!, positions!, cos!, sin!], { ...attrs, inverse: !attrs.inverse }),
  ],
  expand: (value) => {
    const [x, positions, cosTable, sinTable] = value.inputs as [Value, Value, Value, Value]
    const { heads, inverse } = value.attrs as unknown as RopeAttributes
    const rows = x.shape[0]!
    const half = Number(cosTable.shape[1])
    const split = reshape(x, [rows, heads, 2 * half])
    const first = slice(split, 2, 0, half)
    const second = slice(split, 2, half, 2 * half)
    const cos = reshape(gather(cosTable, positions), [rows, 1, half])
    const forwardSin = reshape(gather(sinTable, positions), [rows, 1, half])
    const sin = inverse ? neg(forwardSin) : forwardSin
    const turned = concat([sub(mul(first, cos), mul(second, sin)), add(mul(second, cos), mul(first, sin))], 2)
    return [reshape(turned, x.shape)]
  },
}

/**
 * Rotary position embedding, halves paired as Hugging Face pairs them (Su et al. 2021): x [rows, heads · headDim],
 * int32 positions [rows], tables [positions, headDim / 2].
 */
export function rope(x: Value, positions: Value, cos: Value, sin: Value, heads: number): Value {
  return apply(ropeOp, [x, positions, cos, sin], { heads, inverse: false })
}
