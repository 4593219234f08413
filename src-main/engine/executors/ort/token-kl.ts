/** tokenKl in pieces of tokens: only one piece's [tokens, vocabulary] matrices exist at a time. */
import type { Value } from '../../graph.ts'
import type { OnnxBuilder } from './builder.ts'
import { column, cut, floats, join, logProbabilitiesOf, type PieceGradient, sumOfParts } from './token-stats.ts'

interface Policies {
  readonly weight: string
  readonly referenceWeight: string
  readonly temperature: string
}

/** P, log P − log Q and the sum of their product [tokens, 1]. */
function compared(onnx: OnnxBuilder, { weight, referenceWeight, temperature }: Policies, rows: readonly string[]) {
  const [scaled, scaledReference] = rows.map((h) => onnx.node('Div', [h, temperature]))
  const logProbabilities = logProbabilitiesOf(onnx, scaled!, weight)
  const reference = logProbabilitiesOf(onnx, scaledReference!, referenceWeight)
  const p = onnx.node('Exp', [logProbabilities])
  const difference = onnx.node('Sub', [logProbabilities, reference])
  return { p, difference, kl: onnx.reduceSum(onnx.node('Mul', [p, difference]), [1], true) }
}

function tokenKl(onnx: OnnxBuilder, value: Value, inputs: readonly string[]): string[] {
  const [hidden, weight, referenceHidden, referenceWeight, temperature] = inputs as [
    string,
    string,
    string,
    string,
    string,
  ]
  const policies = { weight, referenceWeight, temperature }
  const pieces = cut(onnx, value.attrs.chunks as number, [floats(hidden), floats(referenceHidden)])
  const kls = pieces.map((rows) => compared(onnx, policies, rows).kl)
  return [onnx.reshape(join(onnx, kls, hidden), value.shape)]
}

function tokenKlGrad(onnx: OnnxBuilder, value: Value, inputs: readonly string[]): string[] {
  const [hidden, weight, referenceHidden, referenceWeight, temperature, g] = inputs as [
    string,
    string,
    string,
    string,
    string,
    string,
  ]
  const policies = { weight, referenceWeight, temperature }
  const pieces = cut(onnx, value.attrs.chunks as number, [floats(hidden), floats(referenceHidden), floats(g)])
  const gradients = pieces.map(([h, r, cotangent]): PieceGradient => {
    const { p, difference, kl } = compared(onnx, policies, [h!, r!])
    const slope = onnx.node('Mul', [p, onnx.node('Sub', [difference, kl])])
    // The cotangent scales the narrow operands, never [tokens, vocabulary].
    const factor = onnx.node('Div', [column(onnx, cotangent!), temperature])
    const dHidden = onnx.node('Mul', [onnx.node('MatMul', [slope, weight]), factor])
    return { dHidden, difference: slope, rows: onnx.node('Mul', [h!, factor]) }
  })
  const dHidden = join(
    onnx,
    gradients.map((gradient) => gradient.dHidden),
    hidden,
  )
  return value.attrs.frozen ? [dHidden] : [dHidden, sumOfParts(onnx, gradients)]
}

export const tokenKlLowerings = { tokenKl, tokenKlGrad }
