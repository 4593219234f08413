/** tokenStats in pieces of tokens: only one piece's [tokens, vocabulary] matrix exists at a time. */
import type { Value } from '../../graph.ts'
import type { OnnxBuilder } from './builder.ts'

interface Piece {
  readonly hidden: string
  readonly targets: string
  readonly cotangents: readonly string[]
}

interface Rows {
  readonly tensor: string
  readonly dtype: 'float32' | 'int32'
}

export const floats = (tensor: string): Rows => ({ tensor, dtype: 'float32' })
const ids = (tensor: string): Rows => ({ tensor, dtype: 'int32' })

/**
 * Cuts tensors along the tokens into equal pieces; the last may be shorter, and with few tokens some are empty. WebGPU
 * does not compute with empty pieces: there, rows of zeros fill all up, and `join` takes off what came of them.
 */
export function cut(onnx: OnnxBuilder, chunks: number, tensors: readonly Rows[]): string[][] {
  if (chunks === 1) return [tensors.map(({ tensor }) => tensor)]
  const tokens = countOf(onnx, tensors[0]!.tensor)
  // Split itself refuses a number of pieces that leaves one empty.
  const size = onnx.node('Div', [onnx.node('Add', [tokens, onnx.ints([chunks - 1])]), onnx.ints([chunks])])
  const bound = (index: number) => onnx.node('Mul', [size, onnx.ints([index])])
  const missing = () => onnx.node('Sub', [bound(chunks), tokens])
  const sources = tensors.map((rows) => (onnx.provider === 'webgpu' ? withZeros(onnx, rows, missing()) : rows.tensor))
  return Array.from({ length: chunks }, (_, index) =>
    sources.map((x) => onnx.node('Slice', [x, bound(index), bound(index + 1), onnx.ints([0])])),
  )
}

function countOf(onnx: OnnxBuilder, x: string): string {
  return onnx.node('Shape', [x], { start: 0, end: 1 })
}

function withZeros(onnx: OnnxBuilder, { tensor, dtype }: Rows, count: string): string {
  const zero = onnx.constant(dtype === 'float32' ? new Float32Array(1) : new Int32Array(1), [], dtype)
  const pads = onnx.node('Concat', [onnx.ints([0]), count], { axis: 0 })
  return onnx.node('Pad', [tensor, pads, zero, onnx.ints([0])])
}

/** The pieces' results along the tokens, as many as `whole`, one of the tensors that were cut, has. */
export function join(onnx: OnnxBuilder, pieces: readonly string[], whole: string): string {
  if (pieces.length === 1) return pieces[0]!
  const joined = onnx.node('Concat', pieces, { axis: 0 })
  if (onnx.provider !== 'webgpu') return joined
  return onnx.node('Slice', [joined, onnx.ints([0]), countOf(onnx, whole), onnx.ints([0])])
}

export function logProbabilitiesOf(onnx: OnnxBuilder, scaled: string, weight: string): string {
  return onnx.logSoftmax(onnx.matmul(scaled, weight, { transB: 1 }))
}

export function column(onnx: OnnxBuilder, x: string): string {
  return onnx.node('Unsqueeze', [x, onnx.ints([1])])
}

/** Σ P log P per row [tokens, 1]: the negative entropy. */
function negativeEntropy(onnx: OnnxBuilder, p: string, logProbabilities: string): string {
  return onnx.reduceSum(onnx.node('Mul', [p, logProbabilities]), [1], true)
}

function tokenStats(onnx: OnnxBuilder, value: Value, inputs: readonly string[]): string[] {
  const [hidden, weight, targets, temperature] = inputs as [string, string, string, string]
  const logprobs: string[] = []
  const negativeEntropies: string[] = []
  for (const [h, t] of cut(onnx, value.attrs.chunks as number, [floats(hidden), ids(targets)])) {
    const logProbabilities = logProbabilitiesOf(onnx, onnx.node('Div', [h!, temperature]), weight)
    logprobs.push(onnx.node('GatherElements', [logProbabilities, column(onnx, t!)], { axis: 1 }))
    negativeEntropies.push(negativeEntropy(onnx, onnx.node('Exp', [logProbabilities]), logProbabilities))
  }
  const tokens = value.shape
  return [
    onnx.reshape(join(onnx, logprobs, hidden), tokens),
    onnx.reshape(onnx.node('Neg', [join(onnx, negativeEntropies, hidden)]), tokens),
  ]
}

function tokenMoments(onnx: OnnxBuilder, value: Value, inputs: readonly string[]): string[] {
  const [hidden, weight, temperature] = inputs as [string, string, string]
  const squares: string[] = []
  const cubes: string[] = []
  for (const [h] of cut(onnx, value.attrs.chunks as number, [floats(hidden)])) {
    const logProbabilities = logProbabilitiesOf(onnx, onnx.node('Div', [h!, temperature]), weight)
    const p = onnx.node('Exp', [logProbabilities])
    const surprise = onnx.node('Sub', [logProbabilities, negativeEntropy(onnx, p, logProbabilities)])
    const first = onnx.node('Mul', [p, surprise])
    const square = onnx.node('Mul', [p, first])
    squares.push(onnx.reduceSum(square, [1], false))
    cubes.push(onnx.reduceSum(onnx.node('Mul', [p, square]), [1], false))
  }
  return [join(onnx, squares, hidden), join(onnx, cubes, hidden)]
}

/** A row of zeros joins each piece, because TopK divides by the number of rows; it is cut off again. */
function tokenTop(onnx: OnnxBuilder, value: Value, inputs: readonly string[]): string[] {
  const [hidden, weight, temperature] = inputs as [string, string, string]
  const { chunks, count } = value.attrs as { chunks: number; count: number }
  const pieces = cut(onnx, chunks, [floats(hidden)]).map(([h]) => {
    const rows = withZeros(onnx, floats(h!), onnx.ints([1]))
    const logProbabilities = logProbabilitiesOf(onnx, onnx.node('Div', [rows, temperature]), weight)
    const found = onnx.nodeWith(2, 'TopK', [logProbabilities, onnx.ints([count])], { axis: -1 })
    return found.map((x) => onnx.node('Slice', [x, onnx.ints([0]), countOf(onnx, h!), onnx.ints([0])]))
  })
  const joined = [0, 1].map((result) =>
    join(
      onnx,
      pieces.map((piece) => piece[result]!),
      hidden,
    ),
  )
  return [joined[0]!, onnx.castTo(joined[1]!, 'int32')]
}

export interface PieceGradient {
  readonly dHidden: string
  /** The piece's part of the vocabulary matrix' gradient is differenceᵀ · rows. */
  readonly difference: string
  readonly rows: string
}

function gradientOfPiece(onnx: OnnxBuilder, weight: string, temperature: string, piece: Piece): PieceGradient {
  const scaled = onnx.node('Div', [piece.hidden, temperature])
  const logProbabilities = logProbabilitiesOf(onnx, scaled, weight)
  const p = onnx.node('Exp', [logProbabilities])
  const [gLogprobs, gEntropies] = piece.cotangents.map((x) => column(onnx, x))
  const targets = column(onnx, piece.targets)
  if (!gEntropies) {
    // P − onehot; the cotangent scales the narrow operands, never [tokens, vocabulary].
    const factor = onnx.node('Neg', [onnx.node('Div', [gLogprobs!, temperature])])
    const minusOne = onnx.node('Expand', [onnx.float(-1), onnx.node('Shape', [targets])])
    const difference = onnx.node('ScatterElements', [p, targets, minusOne], { axis: 1, reduction: 'add' })
    const dHidden = onnx.node('Mul', [onnx.node('MatMul', [difference, weight]), factor])
    return { dHidden, difference, rows: onnx.node('Mul', [piece.hidden, factor]) }
  }
  const offset = onnx.node('Sub', [
    gLogprobs!,
    onnx.node('Mul', [gEntropies, negativeEntropy(onnx, p, logProbabilities)]),
  ])
  const slope = onnx.node('Mul', [p, onnx.node('Add', [onnx.node('Mul', [logProbabilities, gEntropies]), offset])])
  const difference = onnx.node('ScatterElements', [slope, targets, onnx.node('Neg', [gLogprobs!])], {
    axis: 1,
    reduction: 'add',
  })
  const minus = onnx.node('Neg', [temperature])
  const dHidden = onnx.node('Div', [onnx.node('MatMul', [difference, weight]), minus])
  return { dHidden, difference, rows: onnx.node('Div', [piece.hidden, minus]) }
}

/** One sum that the pieces' parts go into as they are made: each part is as large as the vocabulary matrix. */
export function sumOfParts(onnx: OnnxBuilder, pieces: readonly PieceGradient[]): string {
  return pieces
    .map(({ difference, rows }) => onnx.matmul(difference, rows, { transA: 1 }))
    .reduce((sum, dWeight) => onnx.node('Add', [sum, dWeight]))
}

function tokenStatsGrad(onnx: OnnxBuilder, value: Value, inputs: readonly string[]): string[] {
  const [hidden, weight, targets, temperature, ...cotangents] = inputs as [string, string, string, string, ...string[]]
  const pieces = cut(onnx, value.attrs.chunks as number, [floats(hidden), ids(targets), ...cotangents.map(floats)])
  const gradients = pieces.map(([h, t, ...g]) =>
    gradientOfPiece(onnx, weight, temperature, { hidden: h!, targets: t!, cotangents: g }),
  )
  const dHidden = join(
    onnx,
    gradients.map((gradient) => gradient.dHidden),
    hidden,
  )
  return value.attrs.frozen ? [dHidden] : [dHidden, sumOfParts(onnx, gradients)]
}

export const tokenStatsLowerings = { tokenStats, tokenStatsGrad, tokenMoments, tokenTop }
