/** The draw of one token per row of logits, with the statistics of the distribution it is drawn from. */
import { type Dim, multiplyDims } from '../dims.ts'
import { apply, type Op, part, scalar, type Value } from '../graph.ts'
import { compare, div, exp, min, mul, where } from './elementwise.ts'
import { gatherLast } from './gather.ts'
import { argmax, cumsum, entropyOf, logSoftmax, topK } from './reduce.ts'
import { cast, reduceSum, reshape, slice } from './structure.ts'

/** `greedy`: the largest logit; `full`: from all tokens; `filtered`: from what top-k and then top-p leave. */
export type DrawKind = 'greedy' | 'full' | 'filtered'

interface DrawAttributes {
  readonly kind: DrawKind
  /** Tokens kept by rank where filtered; 0 keeps all. */
  readonly kept: number
}

export const drawTokensOp: Op = {
  name: 'drawTokens',
  // Log-probabilities, probabilities, their running sums; where filtered also values and places in order.
  scratch: ({ inputs: [logits], attrs }, size) =>
    (attrs.kind === 'filtered' ? 6 : 3) * size(multiplyDims(...logits!.shape)),
  result: ([logits, temperature, uniforms], attrs) => {
    const [rows] = logits!.shape as [Dim, Dim]
    const wanted = attrs.kind === 'greedy' ? undefined : String([rows])
    if (logits!.shape.length !== 2 || temperature!.shape.length !== 0 || uniforms?.shape.join() !== wanted) {
      throw new Error(
        `drawTokens: got logits [${logits!.shape}], temperature [${temperature!.shape}], uniforms [${uniforms?.shape}]; expected [rows, vocabulary], [] and, unless greedy, [rows].`,
      )
    }
    const numbers = { shape: [rows], dtype: 'float32' as const }
    return [{ shape: [rows], dtype: 'int32' }, numbers, numbers]
  },
  expand: ({ inputs: [logits, temperature, uniforms, topP], attrs }) => {
    const { kind, kept } = attrs as unknown as DrawAttributes
    const [rows, vocabulary] = logits!.shape as [Dim, number]
    const logProbabilities = logSoftmax(div(logits!, temperature!))
    const u = () => reshape(uniforms!, [rows, 1])
    const tokens =
      kind === 'greedy'
        ? argmax(logits!)
        : kind === 'full'
          ? inverseCdf(exp(logProbabilities), u(), vocabulary)
          : filtered(exp(logProbabilities), u(), topP!, kept > 0 ? Math.min(kept, vocabulary) : vocabulary)
    const logprobs = reshape(gatherLast(logProbabilities, reshape(tokens, [rows, 1])), [rows])
    return [tokens, logprobs, entropyOf(logProbabilities)]
  },
}

function filtered(probabilities: Value, uniforms: Value, topP: Value, count: number): Value {
  const ranked = topK(probabilities, count)
  const mass = reduceSum(ranked.values, [1], true)
  const before = cumsum(ranked.values, 1, { exclusive: true })
  // A token stays while the mass before it is below top-p of what top-k left; the first always stays.
  const stays = compare(before, mul(mass, topP), 'less')
  const first = compare(before, 0, 'lessOrEqual')
  const kept = where(stays, ranked.values, where(first, ranked.values, scalar(0)))
  const rank = inverseCdf(kept, uniforms, count)
  const rows = probabilities.shape[0]!
  return reshape(gatherLast(ranked.indices, reshape(rank, [rows, 1])), [rows])
}

/** The first index whose running sum exceeds u · total, for u in [0, 1). */
function inverseCdf(weights: Value, uniforms: Value, count: number): Value {
  const running = cumsum(weights, 1)
  const total = slice(running, 1, count - 1, count)
  const passed = cast(compare(running, mul(uniforms, total), 'lessOrEqual'), 'int32')
  return min(reduceSum(passed, [1]), count - 1)
}

/** What a draw needs beside logits and temperature. */
export type Draw =
  | { readonly kind: 'greedy' }
  | { readonly kind: 'full'; readonly uniforms: Value }
  | { readonly kind: 'filtered'; readonly uniforms: Value; readonly topP: Value; readonly topK: number }

/**
 * Logits [rows, vocabulary], temperature [], float32 uniforms [rows] in [0, 1), topP [] → int32 tokens, log-probabilities
 * and entropies [rows] in nats: the statistics are of softmax(logits / temperature) whole, before top-k and top-p cut it.
 */
export function drawTokens(
  logits: Value,
  temperature: Value,
  draw: Draw,
): { tokens: Value; logprobs: Value; entropies: Value } {
  const more = draw.kind === 'greedy' ? [] : draw.kind === 'full' ? [draw.uniforms] : [draw.uniforms, draw.topP]
  const attrs = { kind: draw.kind, kept: draw.kind === 'filtered' ? draw.topK : 0 }
  const all = apply(drawTokensOp, [logits, temperature, ...more], attrs)
  return { tokens: part(all, 0), logprobs: part(all, 1), entropies: part(all, 2) }
}
