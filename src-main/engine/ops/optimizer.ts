/** AdamW as an op, for executors that update a parameter in one pass. */
import { apply, type Op, part, scalar, type Value } from '../graph.ts'
import { add, div, mul, sqrt, sub } from './elementwise.ts'

/** Scalars of one step, all []; `gradientScale` is the clip factor. */
export interface AdamwScalars {
  readonly learningRate: Value
  readonly beta1: Value
  readonly beta2: Value
  readonly eps: Value
  readonly weightDecay: Value
  /** 1 − beta1^t and 1 − beta2^t at step t = 1, 2, … */
  readonly biasCorrection1: Value
  readonly biasCorrection2: Value
  readonly gradientScale: Value
}

export const adamwOp: Op = {
  name: 'adamw',
  result: ([parameter]) => Array.from({ length: 3 }, () => ({ shape: parameter!.shape, dtype: 'float32' as const })),
  expand: (value) => {
    const [parameter, gradient, first, second, ...scalars] = value.inputs as [Value, Value, Value, Value, ...Value[]]
    const [rate, beta1, beta2, eps, decay, correction1, correction2, scale] = scalars as [
      Value,
      Value,
      Value,
      Value,
      Value,
      Value,
      Value,
      Value,
    ]
    const one = scalar(1)
    // The clip and the bias corrections go into scalars, so that as few operations as can be run over whole weights.
    const root = sqrt(correction2)
    const nextFirst = add(mul(first, beta1), mul(gradient, mul(sub(one, beta1), scale)))
    const squares = mul(mul(gradient, gradient), mul(sub(one, beta2), mul(scale, scale)))
    const nextSecond = add(mul(second, beta2), squares)
    const step = div(mul(nextFirst, div(mul(rate, root), correction1)), add(sqrt(nextSecond), mul(eps, root)))
    return [sub(mul(parameter, sub(one, mul(rate, decay))), step), nextFirst, nextSecond]
  },
}

/**
 * One AdamW step (Loshchilov & Hutter 2019) in PyTorch's order: decoupled decay first, then the bias-corrected moment
 * step. Returns the new parameter and moments.
 */
export function adamw(parameter: Value, gradient: Value, first: Value, second: Value, scalars: AdamwScalars) {
  const { learningRate, beta1, beta2, eps, weightDecay, biasCorrection1, biasCorrection2, gradientScale } = scalars
  const rest = [learningRate, beta1, beta2, eps, weightDecay, biasCorrection1, biasCorrection2, gradientScale]
  const all = apply(adamwOp, [parameter, gradient, first, second, ...rest])
  return { parameter: part(all, 0), first: part(all, 1), second: part(all, 2) }
}
