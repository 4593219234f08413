import type { LossAggregation } from '../../src-preload/contract/methods/fields.ts'
import type { MethodBatch, MiniBatchTotals } from './methods/method.ts'

/**
 * Weight of a token of a row with `rowTokens` tokens, under the names of verl's loss_agg_mode. The denominators are
 * the whole mini-batch's. `seq-mean-token-sum-norm` (Dr. GRPO) divides by rows × longest allowed response, as TRL does.
 */
const tokenWeight: Record<LossAggregation, (rowTokens: number, totals: MiniBatchTotals) => number> = {
  'token-mean': (_, { tokens }) => 1 / tokens,
  'seq-mean-token-mean': (rowTokens, { rows }) => 1 / (rows * rowTokens),
  'seq-mean-token-sum': (_, { rows }) => 1 / rows,
  'seq-mean-token-sum-norm': (_, { rows, maxCompletionLength }) => 1 / (rows * maxCompletionLength),
}

/** Weights [N] with which token losses add up to the loss of the mini-batch; 0 where the mask is 0. */
export function aggregationWeights(
  mode: LossAggregation,
  { mask, rowOffsets }: Pick<MethodBatch, 'mask' | 'rowOffsets'>,
  totals: MiniBatchTotals,
): Float64Array {
  const weights = new Float64Array(mask.length)
  for (let row = 0; row + 1 < rowOffsets.length; row++) {
    const [start, end] = [rowOffsets[row]!, rowOffsets[row + 1]!]
    const weight = tokenWeight[mode](count(mask, start, end, 1), totals)
    for (let token = start; token < end; token++) if (mask[token] === 1) weights[token] = weight
  }
  return weights
}

/** As `aggregationWeights` where only the tokens that `selected` has 1 for count; the batch is the whole mini-batch. */
export function selectedWeights(
  mode: LossAggregation,
  { rowOffsets }: MethodBatch,
  selected: Uint8Array,
  { maxCompletionLength }: MiniBatchTotals,
): Float64Array {
  let rows = 0
  for (let row = 0; row + 1 < rowOffsets.length; row++)
    rows += Number(count(selected, rowOffsets[row]!, rowOffsets[row + 1]!, 1) > 0)
  const tokens = count(selected, 0, selected.length, 1)
  return aggregationWeights(mode, { mask: selected, rowOffsets }, { tokens, rows, maxCompletionLength })
}

/**
 * Weights [N] of a mean over responses of the means within each class of the response: Σ of class c =
 * mean over rows of (sum over the row's tokens of class c / their number). A class without tokens in a row adds 0.
 */
export function ownClassWeights(
  classes: Uint8Array,
  { rowOffsets }: MethodBatch,
  { rows }: MiniBatchTotals,
): Float64Array {
  const weights = new Float64Array(classes.length)
  for (let row = 0; row + 1 < rowOffsets.length; row++) {
    const [start, end] = [rowOffsets[row]!, rowOffsets[row + 1]!]
    const counts = [0, 1, 2].map((tokenClass) => count(classes, start, end, tokenClass))
    for (let token = start; token < end; token++)
      if (classes[token] !== 0) weights[token] = 1 / (rows * counts[classes[token]!]!)
  }
  return weights
}

function count(column: Uint8Array, start: number, end: number, value: number): number {
  let found = 0
  for (let token = start; token < end; token++) if (column[token] === value) found++
  return found
}
