/** Sums that a kernel of another op takes in, so that they cost no pass of their own. */

import { nameOf, partOp, stateOp, type Update, type Value } from '../../graph.ts'
import { readsGrowingCache } from './growing.ts'

/** Of a norm's gradient: dx + the cotangent that goes past the norm. */
export interface JoinedSum {
  readonly sum: Value
  readonly addend: Value
}

/**
 * Sums by the `rmsNormGrad` that takes them in: those of its dx, which nothing else reads, and of what is there before it.
 * `pinned` values are read by others than ops; `may` says whether the sum can be of the gradient's storage.
 */
export function joinedSums(
  order: readonly Value[],
  pinned: ReadonlySet<Value>,
  may: (sum: Value) => boolean,
): ReadonlyMap<Value, JoinedSum> {
  const places = new Map(order.map((value, place) => [value, place]))
  const readers = new Map<Value, number>()
  for (const { inputs } of order) for (const source of inputs) readers.set(source, (readers.get(source) ?? 0) + 1)
  const joined = new Map<Value, JoinedSum>()
  for (const sum of order) {
    if (sum.op.name !== 'add' || !may(sum)) continue
    for (const [dx, addend] of [sum.inputs, sum.inputs.toReversed()] as [Value, Value][]) {
      const gradient = dx.inputs[0]
      if (dx.op !== partOp || dx.attrs.index !== 0 || gradient?.op.name !== 'rmsNormGrad') continue
      const before = (places.get(addend) ?? -1) < places.get(gradient)!
      const alone = readers.get(dx) === 1 && !pinned.has(dx) && String(addend.shape) === String(dx.shape)
      if (before && alone && !joined.has(gradient)) joined.set(gradient, { sum, addend })
    }
  }
  return joined
}

const unshaped = (value: Value): Value => (value.op.name === 'reshape' ? unshaped(value.inputs[0]!) : value)

/** Names of caches whose new rows the one attention that reads them can write as well. */
export function attendedAppends(
  order: readonly Value[],
  updates: readonly Update[],
  values: readonly Value[],
): ReadonlySet<string> {
  const attentions = order.filter(readsGrowingCache)
  const caches = (value: Value) => [value.inputs[3]!, value.inputs[4]!]
  const read = attentions.flatMap(caches).filter(({ op }) => op === stateOp)
  const appends = (cache: Value, row: Value) =>
    cache.op === stateOp &&
    read.filter((each) => nameOf(each) === nameOf(cache)).length === 1 &&
    updates.some(
      ({ state, mode }, index) =>
        state === nameOf(cache) && mode === 'append' && unshaped(values[index]!) === unshaped(row),
    )
  return new Set(
    attentions
      .filter((value) => caches(value).every((cache, index) => appends(cache, value.inputs[index + 1]!)))
      .flatMap((value) => caches(value).map(nameOf)),
  )
}
