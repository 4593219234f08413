/** How each op becomes ONNX nodes. An op without an entry is lowered through its expansion. */
import { type Dim, multiplyDims, type Shape } from '../../dims.ts'
import type { DType, TensorData, Value } from '../../graph.ts'
import { attentionLowerings } from './attention.ts'
import { contrib, type OnnxBuilder } from './builder.ts'
import { tokenKlLowerings } from './token-kl.ts'
import { tokenStatsLowerings } from './token-stats.ts'

/** Takes the names of the inputs' tensors and returns one name per result. */
export type Lowering = (onnx: OnnxBuilder, value: Value, inputs: readonly string[]) => readonly string[]

const renamed =
  (opType: string): Lowering =>
  (onnx, _, inputs) => [onnx.node(opType, inputs)]

const onLastAxis =
  (opType: string): Lowering =>
  (onnx, _, inputs) => [onnx.node(opType, inputs, { axis: -1 })]

const comparisons = { equal: 'Equal', less: 'Less', lessOrEqual: 'LessOrEqual', greater: 'Greater' } as const

const structure: Record<string, Lowering> = {
  constant: (onnx, { attrs }) => [
    onnx.constant(attrs.data as TensorData, attrs.shape as readonly number[], attrs.dtype as DType),
  ],
  cast: (onnx, { attrs }, [x]) => [onnx.castTo(x!, attrs.dtype as DType)],
  reshape: (onnx, { shape }, [x]) => [onnx.reshape(x!, shape)],
  transpose: (onnx, { attrs }, [x]) => [onnx.transpose(x!, attrs.order as readonly number[])],
  broadcastTo: (onnx, { inputs, shape }, [x]) => [broadcast(onnx, x!, inputs[0]!.shape, shape)],
  slice: (onnx, { attrs }, [x]) => [onnx.slice(x!, attrs.axis as number, attrs.start as Dim, attrs.end as Dim)],
  pad: (onnx, { attrs, dtype }, [x]) => [
    onnx.node('Pad', [
      x!,
      onnx.shape([attrs.before as Dim, attrs.after as Dim] as Shape),
      zeroOf(onnx, dtype),
      onnx.ints([attrs.axis as number]),
    ]),
  ],
  concat: (onnx, { attrs }, inputs) => [onnx.node('Concat', inputs, { axis: attrs.axis as number })],
  size: (onnx, { attrs }) => [onnx.castTo(onnx.reshape(onnx.dim(attrs.dim as Dim), []), 'float32')],
  iota: (onnx, { attrs }) => {
    const zero = onnx.constant(new BigInt64Array([0n]), [], 'int64')
    const one = onnx.constant(new BigInt64Array([1n]), [], 'int64')
    const length = onnx.reshape(onnx.dim(attrs.length as Dim), [])
    return [onnx.castTo(onnx.node('Range', [zero, length, one]), 'int32')]
  },
}

function zeroOf(onnx: OnnxBuilder, dtype: DType): string {
  return dtype === 'float32' ? onnx.float(0) : onnx.constant(new Int32Array(1), [], 'int32')
}

/** Expand leaves an axis of size 1 alone where it should stretch to 0, so axes that may be empty are cut after it. */
function broadcast(onnx: OnnxBuilder, x: string, from: Shape, to: Shape): string {
  const extra = to.length - from.length
  const mayBeEmpty = (dim: Dim) => dim === 0 || typeof dim === 'string'
  return to.reduce<string>(
    (result, dim, axis) =>
      axis >= extra && from[axis - extra] === 1 && mayBeEmpty(dim) ? onnx.slice(result, axis, 0, dim) : result,
    onnx.node('Expand', [x, onnx.shape(to)]),
  )
}

const elementwise: Record<string, Lowering> = {
  add: renamed('Add'),
  sub: renamed('Sub'),
  mul: renamed('Mul'),
  div: renamed('Div'),
  pow: renamed('Pow'),
  max: renamed('Max'),
  min: renamed('Min'),
  neg: renamed('Neg'),
  exp: renamed('Exp'),
  log: renamed('Log'),
  sqrt: renamed('Sqrt'),
  abs: renamed('Abs'),
  sign: renamed('Sign'),
  sigmoid: renamed('Sigmoid'),
  silu: (onnx, _, [x]) => [onnx.node('QuickGelu', [x!], { alpha: 1 }, contrib)],
  where: renamed('Where'),
  compare: (onnx, { attrs }, inputs) => [onnx.node(comparisons[attrs.kind as keyof typeof comparisons], inputs)],
}

/** TopK divides by the number of rows, so rows that may be none get one more, which is cut off again. */
function topK(onnx: OnnxBuilder, { attrs, inputs, shape }: Value, [x]: readonly string[]): string[] {
  const rows = shape.length > 1 ? shape[0]! : 1
  const known = typeof rows === 'number' && rows > 0
  const source = known ? x! : atLeastOneRow(onnx, x!, rows, inputs[0]!.dtype)
  const found = onnx.nodeWith(2, 'TopK', [source, onnx.dim(attrs.count as Dim)], { axis: -1 })
  const [values, indices] = known ? found : found.map((result) => onnx.slice(result, 0, 0, rows))
  return [values!, onnx.castTo(indices!, 'int32')]
}

function atLeastOneRow(onnx: OnnxBuilder, x: string, rows: Dim, dtype: DType): string {
  const one = onnx.ints([1])
  const missing = onnx.node('Sub', [one, onnx.node('Min', [one, onnx.dim(rows)])])
  const pads = onnx.node('Concat', [onnx.ints([0]), missing], { axis: 0 })
  return onnx.node('Pad', [x, pads, zeroOf(onnx, dtype), onnx.ints([0])])
}

const reductions: Record<string, Lowering> = {
  reduceSum: (onnx, { attrs }, [x]) => [onnx.reduceSum(x!, attrs.axes as readonly number[], attrs.keepDims as boolean)],
  reduceMax: (onnx, { attrs }, [x]) => [
    onnx.node('ReduceMax', [x!, onnx.ints(attrs.axes as readonly number[])], { keepdims: attrs.keepDims ? 1 : 0 }),
  ],
  softmax: onLastAxis('Softmax'),
  logSoftmax: (onnx, _, [x]) => [onnx.logSoftmax(x!)],
  cumsum: (onnx, { attrs }, [x]) => {
    const axis = onnx.constant(new BigInt64Array([BigInt(attrs.axis as number)]), [], 'int64')
    return [onnx.node('CumSum', [x!, axis], { reverse: attrs.reverse ? 1 : 0, exclusive: attrs.exclusive ? 1 : 0 })]
  },
  topK,
  argmax: (onnx, _, [x]) => [onnx.castTo(onnx.node('ArgMax', [x!], { axis: -1, keepdims: 0 }), 'int32')],
}

const indexed: Record<string, Lowering> = {
  gather: (onnx, { attrs }, inputs) => [onnx.node('Gather', inputs, { axis: attrs.axis as number })],
  gatherLast: onLastAxis('GatherElements'),
  scatterLast: (onnx, { shape }, [updates, indices]) => {
    const zeros = onnx.node('ConstantOfShape', [onnx.shape(shape)])
    return [onnx.node('ScatterElements', [zeros, indices!, updates!], { axis: -1, reduction: 'add' })]
  },
  // ScatterElements adds one after the other; ScatterND, much faster, adds from several threads without a lock.
  scatterAdd: (onnx, { shape, inputs }, [indices, updates]) => {
    const trailing = inputs[1]!.shape.slice(1).map((_, axis) => axis + 1)
    const zeros = onnx.node('ConstantOfShape', [onnx.shape(shape)])
    const wide = onnx.castTo(indices!, 'int64')
    if (onnx.serial) {
      return [
        onnx.node('ScatterND', [zeros, onnx.node('Unsqueeze', [wide, onnx.ints([1])]), updates!], { reduction: 'add' }),
      ]
    }
    const rows = trailing.length === 0 ? wide : onnx.node('Unsqueeze', [wide, onnx.ints(trailing)])
    const everywhere = onnx.node('Expand', [rows, onnx.node('Shape', [updates!])])
    return [onnx.node('ScatterElements', [zeros, everywhere, updates!], { axis: 0, reduction: 'add' })]
  },
}

const products: Record<string, Lowering> = {
  matmul: (onnx, { attrs, inputs }, [a, b]) => {
    const { transA, transB, alpha } = attrs as { transA: boolean; transB: boolean; alpha: number }
    if (!transA && !transB && alpha === 1) return [onnx.node('MatMul', [a!, b!])]
    const ranks = inputs.map(({ shape }) => shape.length) as [number, number]
    return [onnx.matmul(a!, b!, { transA: transA ? 1 : 0, transB: transB ? 1 : 0, alpha }, ranks)]
  },
  linear: (onnx, _, inputs) => [onnx.node('Gemm', inputs, { transB: 1 })],
}

function rmsNormGrad(onnx: OnnxBuilder, { attrs, shape }: Value, inputs: readonly string[]): string[] {
  const width = shape.at(-1) as number
  const rows = multiplyDims(...shape.slice(0, -1))
  const flat = (tensor: string, columns: number) =>
    shape.length === 2 ? tensor : onnx.reshape(tensor, [rows, columns])
  const [, weight] = inputs as [string, string, string]
  const inverse = flat(normalized(onnx, inputs[0]!, weight, attrs.eps as number)[1]!, 1)
  const x = flat(inputs[0]!, width)
  const g = flat(inputs[2]!, width)
  const product = onnx.node('Mul', [g, x])
  // Both sums of the backward are matrix-vector products over g·x.
  const along = onnx.node('MatMul', [product, onnx.reshape(weight, [width, 1])])
  const cubed = onnx.node('Mul', [
    onnx.node('Mul', [inverse, inverse]),
    onnx.node('Mul', [inverse, onnx.float(1 / width)]),
  ])
  const pull = onnx.node('Mul', [x, onnx.node('Mul', [cubed, along])])
  const push = onnx.node('Mul', [onnx.node('Mul', [g, weight]), inverse])
  const dX = onnx.node('Sub', [push, pull])
  const dWeight = onnx.matmul(inverse, product, { transA: 1 })
  return [shape.length === 2 ? dX : onnx.reshape(dX, shape), onnx.reshape(dWeight, [width])]
}

const layers: Record<string, Lowering> = {
  rmsNorm: (onnx, { attrs }, [x, weight]) => [normalized(onnx, x!, weight!, attrs.eps as number)[0]!],
  rmsNormGrad,
  rope: (onnx, { inputs, attrs }, [x, positions, cos, sin]) => {
    const width = inputs[0]!.shape[1]!
    const rows = inputs[0]!.shape[0]!
    const ids = onnx.reshape(onnx.castTo(positions!, 'int64'), [rows, 1])
    const turn = attrs.inverse ? onnx.node('Neg', [sin!]) : sin!
    const turned = onnx.node('RotaryEmbedding', [onnx.reshape(x!, [rows, 1, width]), ids, cos!, turn], {}, contrib)
    return [onnx.reshape(turned, [rows, width])]
  },
}

/** SimplifiedLayerNormalization: the normalised rows, and the inverse norm [rows, 1] that the backward needs. */
function normalized(onnx: OnnxBuilder, x: string, weight: string, epsilon: number): string[] {
  return onnx.nodeWith(2, 'SimplifiedLayerNormalization', [x, weight], { axis: -1, epsilon, stash_type: 1 })
}

export const lowerings: Readonly<Record<string, Lowering>> = {
  ...structure,
  ...elementwise,
  ...reductions,
  ...indexed,
  ...products,
  ...layers,
  ...attentionLowerings,
  ...tokenStatsLowerings,
  ...tokenKlLowerings,
}
