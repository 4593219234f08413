/** The vocabulary head in chunks of tokens: only one chunk's logits exist at a time. */
import type { Value } from '../../../graph.ts'
import { fillCommand, launchCommand, reads, updates, writes } from '../command.ts'
import { logitsGradLaunch, tokenStateSize, tokenStatsEndLaunch, tokenStatsLaunch } from '../kernels/token-stats.ts'
import type { Planner } from '../planner.ts'
import { denseView, slicedView, type View } from '../view.ts'
import type { Lowering } from './lowering.ts'
import { factorsOf, multiply } from './products.ts'

const absent = 0

interface Head {
  readonly hidden: View
  readonly weight: View
  readonly temperature: View
  /** Tokens of the longest chunk. */
  readonly step: number
  /** Room for one chunk's logits. */
  readonly logits: View
}

function headOf(planner: Planner, value: Value, temperature: Value): Head {
  const [left, right] = value.inputs as [Value, Value]
  const [hidden, weight] = factorsOf(planner, left, right, left.shape[1] as number)
  const [tokens, vocabulary] = [hidden.shape[0]!, weight.shape[0]!]
  const step = Math.max(1, Math.ceil(tokens / (value.attrs.chunks as number)))
  return {
    ...{ hidden, weight, step },
    temperature: planner.dense(temperature),
    logits: planner.scratch(value.op.name, [step, vocabulary], 'float32'),
  }
}

/** Beginning and end of each chunk. */
const chunksOf = (tokens: number, step: number) =>
  Array.from(
    { length: Math.ceil(tokens / step) },
    (_, index) => [index * step, Math.min(tokens, (index + 1) * step)] as const,
  )

const rows = (view: View, from: number, to: number): View => slicedView(view, 0, from, to)

/** A chunk's logits, before the temperature. */
function logitsOf(planner: Planner, what: string, { hidden, weight, logits }: Head, from: number, to: number): View {
  const target = denseView(logits.buffer, [to - from, weight.shape[0]!])
  multiply(planner, what, { a: rows(hidden, from, to), b: weight, transA: false, transB: true, alpha: 1 }, target)
  return target
}

interface Statistics {
  readonly logprobs?: View
  readonly entropies?: View
  readonly logSums?: View
  readonly squares?: View
  readonly cubes?: View
}

/** Statistics of a chunk, written to the chunk's part of each view asked for. */
function statistics(
  planner: Planner,
  what: string,
  head: Head,
  logits: View,
  targets: View | undefined,
  from: number,
  wanted: Statistics,
): void {
  const [count, vocabulary] = logits.shape as [number, number]
  const state = planner.scratch(what, [count, tokenStateSize], 'float32')
  const moments = wanted.squares !== undefined
  const options = { storage: 'float32', moments } as const
  const part = (view: View | undefined) => (view ? writes(rows(view, from, from + count)) : absent)
  planner.add(
    launchCommand(what, tokenStatsLaunch(options, count), [
      reads(logits),
      targets ? reads(rows(targets, from, from + count)) : absent,
      ...[reads(head.temperature), updates(state), vocabulary, vocabulary, 0, 1],
    ]),
  )
  const { logprobs, entropies, logSums, squares, cubes } = wanted
  const parts = [logprobs, entropies, logSums, squares, cubes].map(part)
  planner.add(launchCommand(what, tokenStatsEndLaunch(count), [reads(state), ...parts, count]))
}

function tokenStats(planner: Planner, value: Value): readonly View[] {
  const targets = planner.dense(value.inputs[2]!)
  const [logprobs, entropies] = [planner.resultOf(value, 0), planner.resultOf(value, 1)]
  const head = headOf(planner, value, value.inputs[3]!)
  for (const [from, to] of chunksOf(logprobs.shape[0]!, head.step)) {
    const logits = logitsOf(planner, 'tokenStats', head, from, to)
    statistics(planner, 'tokenStats', head, logits, targets, from, { logprobs, entropies })
  }
  return [logprobs, entropies]
}

function tokenMoments(planner: Planner, value: Value): readonly View[] {
  const [squares, cubes] = [planner.resultOf(value, 0), planner.resultOf(value, 1)]
  const head = headOf(planner, value, value.inputs[2]!)
  for (const [from, to] of chunksOf(squares.shape[0]!, head.step)) {
    const logits = logitsOf(planner, 'tokenMoments', head, from, to)
    statistics(planner, 'tokenMoments', head, logits, undefined, from, { squares, cubes })
  }
  return [squares, cubes]
}

/** Logits are computed anew, turned into their gradients in place, and met by both factors of their product. */
function tokenStatsGrad(planner: Planner, value: Value): readonly View[] {
  const what = 'tokenStatsGrad'
  const targets = planner.dense(value.inputs[2]!)
  const [dLogprobs, dEntropies] = value.inputs.slice(4).map((input) => planner.aligned(input, 'float32')) as [
    View,
    View | undefined,
  ]
  const head = headOf(planner, value, value.inputs[3]!)
  const tokens = head.hidden.shape[0]!
  const dHidden = planner.resultOf(value, 0, head.hidden.buffer.storage)
  const dWeight = value.attrs.frozen ? undefined : planner.resultOf(value, 1)
  if (dWeight && tokens === 0 && dWeight.buffer.elements > 0) planner.add(fillCommand(what, dWeight, 0))
  const [logSums, entropies] = [planner.scratch(what, [tokens], 'float32'), planner.scratch(what, [tokens], 'float32')]
  for (const [from, to] of chunksOf(tokens, head.step)) {
    const logits = logitsOf(planner, what, head, from, to)
    const part = (view: View) => reads(rows(view, from, to))
    statistics(planner, what, head, logits, targets, from, { logSums, entropies })
    const storage = head.hidden.buffer.storage === 'bfloat16' ? 'bfloat16' : 'float32'
    // Gradients of another storage than the logits' need room of their own.
    const gradients = storage === 'float32' ? logits : planner.scratch(what, logits.shape, storage)
    const vocabulary = logits.shape[1]!
    planner.add(
      launchCommand(what, logitsGradLaunch({ storage: 'float32', result: storage }, to - from), [
        reads(logits),
        storage === 'float32' ? updates(logits) : writes(gradients),
        ...[targets, logSums, entropies, dLogprobs].map(part),
        dEntropies ? part(dEntropies) : absent,
        ...[reads(head.temperature), vocabulary, vocabulary, 0],
      ]),
    )
    const plain = { transA: false, transB: false, alpha: 1 }
    multiply(planner, what, { ...plain, a: gradients, b: head.weight }, rows(dHidden, from, to))
    const factors = { ...plain, a: gradients, b: rows(head.hidden, from, to), transA: true }
    if (dWeight) multiply(planner, what, factors, dWeight, from > 0 ? dWeight : undefined)
  }
  return dWeight ? [dHidden, dWeight] : [dHidden]
}

export const tokenStatistics: Readonly<Record<string, Lowering>> = { tokenStats, tokenMoments, tokenStatsGrad }
