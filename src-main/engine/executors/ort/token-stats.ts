/** tokenStats in pieces of tokens: only one piece's [tokens, vocabulary] matrix exists at a time. */
import type { Value } from '../../graph.ts'
import type { OnnxBuilder } from './builder.ts'

interface Piece {
  readonly hidden: string
  readonly targets: string
  readonly cotangents: readonly string[]
}

/** Cuts tensors along the tokens into equal pieces; the last may be shorter, and with few tokens some are empty. */
function cut(onnx: OnnxBuilder, chunks: number, tensors: readonly string[]): string[][] {
  if (chunks === 1) return [[...tensors]]
  const tokens = onnx.node('Shape', [tensors[0]!], { start: 0, end: 1 })
  // Split itself refuses a number of pieces that leaves one empty.
  const size = onnx.node('Div', [onnx.node('Add', [tokens, onnx.ints([chunks - 1])]), onnx.ints([chunks])])
  const bound = (index: number) => onnx.node('Mul', [size, onnx.ints([index])])
  return Array.from({ length: chunks }, (_, index) =>
    tensors.map((x) => onnx.node('Slice', [x, bound(index), bound(index + 1), onnx.ints([0])])),
  )
}

function join(onnx: OnnxBuilder, pieces: readonly string[]): string {
  return pieces.length === 1 ? pieces[0]! : onnx.node('Concat', pieces, { axis: 0 })
}

function logProbabilitiesOf(onnx: OnnxBuilder, scaled: string, weight: string): string {
  return onnx.node('LogSoftmax', [onnx.matmul(scaled, weight, { transB: 1 })], { axis: -1 })
}

function column(onnx: OnnxBuilder, x: string): string {
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
  for (const [h, t] of cut(onnx, value.attrs.chunks as number, [hidden, targets])) {
    const logProbabilities = logProbabilitiesOf(onnx, onnx.node('Div', [h!, temperature]), weight)
    logprobs.push(onnx.node('GatherElements', [logProbabilities, column(onnx, t!)], { axis: 1 }))
    negativeEntropies.push(negativeEntropy(onnx, onnx.node('Exp', [logProbabilities]), logProbabilities))
  }
  const tokens = value.shape
  return [
    onnx.reshape(join(onnx, logprobs), tokens),
    onnx.reshape(onnx.node('Neg', [join(onnx, negativeEntropies)]), tokens),
  ]
}

function tokenMoments(onnx: OnnxBuilder, value: Value, inputs: readonly string[]): string[] {
  const [hidden, weight, temperature] = inputs as [string, string, string]
  const squares: string[] = []
  const cubes: string[] = []
  for (const [h] of cut(onnx, value.attrs.chunks as number, [hidden])) {
    const logProbabilities = logProbabilitiesOf(onnx, onnx.node('Div', [h!, temperature]), weight)
    const p = onnx.node('Exp', [logProbabilities])
    const surprise = onnx.node('Sub', [logProbabilities, negativeEntropy(onnx, p, logProbabilities)])
    const first = onnx.node('Mul', [p, surprise])
    const square = onnx.node('Mul', [p, first])
    squares.push(onnx.reduceSum(square, [1], false))
    cubes.push(onnx.reduceSum(onnx.node('Mul', [p, square]), [1], false))
  }
  return [join(onnx, squares), join(onnx, cubes)]
}

interface PieceGradient {
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
function sumOfParts(onnx: OnnxBuilder, pieces: readonly PieceGradient[]): string {
  return pieces
    .map(({ difference, rows }) => onnx.matmul(difference, rows, { transA: 1 }))
    .reduce((sum, dWeight) => onnx.node('Add', [sum, dWeight]))
}

function tokenStatsGrad(onnx: OnnxBuilder, value: Value, inputs: readonly string[]): string[] {
  const [hidden, weight, targets, temperature, ...cotangents] = inputs as [string, string, string, string, ...string[]]
  const pieces = cut(onnx, value.attrs.chunks as number, [hidden, targets, ...cotangents])
  const gradients = pieces.map(([h, t, ...g]) =>
    gradientOfPiece(onnx, weight, temperature, { hidden: h!, targets: t!, cotangents: g }),
  )
  const dHidden = join(
    onnx,
    gradients.map((gradient) => gradient.dHidden),
  )
  return value.attrs.frozen ? [dHidden] : [dHidden, sumOfParts(onnx, gradients)]
}

export const tokenStatsLowerings = { tokenStats, tokenStatsGrad, tokenMoments }
