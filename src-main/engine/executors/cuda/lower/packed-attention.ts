/** Attention over packed rows where they lie: no padding is copied, computed or kept. */
import type { Value } from '../../../graph.ts'
import { type AttentionSizes, sizesOf } from '../../../ops/attention.ts'
import { type Given, launchCommand, reads, writes } from '../command.ts'
import { attentionLaunch } from '../kernels/attention.ts'
import { attentionKeyGradLaunch, attentionProductsLaunch, attentionQueryGradLaunch } from '../kernels/attention-grad.ts'
import { type AttentionShape, placingNumbers } from '../kernels/attention-shape.ts'
import type { Storage } from '../kernels/prelude.ts'
import { sequencesLaunch } from '../kernels/sequences.ts'
import type { Planner } from '../planner.ts'
import type { View } from '../view.ts'
import type { Lowering } from './lowering.ts'

const absent = 0

interface Placed {
  readonly shape: AttentionShape
  readonly sizes: { readonly time: number; readonly batch: number }
  /** Where sequences lie in rows: the end of every launch's arguments. */
  readonly placing: readonly Given[]
}

/** First row and length of each sequence: found once for all layers of a program. */
function sequencesOf(planner: Planner, spread: Value, places: Value, batch: number): readonly [View, View] {
  const known = [planner.remembered(spread), planner.remembered(places)]
  if (known[0] && known[1]) return [known[0], known[1]]
  const [firsts, lengths] = [
    planner.scratch('sequences', [batch], 'int32'),
    planner.scratch('sequences', [batch], 'int32'),
  ]
  const indices = [reads(planner.dense(spread)), reads(planner.dense(places))]
  const given = [...indices, writes(firsts), writes(lengths), places.shape[0] as number, batch]
  planner.add(launchCommand('sequences', sequencesLaunch(batch), given))
  planner.remember(spread, firsts)
  planner.remember(places, lengths)
  return [firsts, lengths]
}

function placedOf(planner: Planner, value: Value, storage: Storage, [spread, places]: readonly Value[]): Placed {
  const { time, batch, heads, keyValueHeads, headDim } = sizesOf(value) as AttentionSizes & {
    time: number
    batch: number
  }
  const shape = { storage, heads, keyValueHeads, headDim }
  const [firsts, lengths] = sequencesOf(planner, spread!, places!, batch)
  const numbers = placingNumbers(shape, { time, batch }, true)
  return { shape, sizes: { time, batch }, placing: [reads(firsts), reads(lengths), absent, ...numbers] }
}

function attend(planner: Planner, { shape, sizes, placing }: Placed, [q, k, v]: readonly View[], out: View): View {
  const statistics = planner.scratch('packedAttention', [sizes.batch, shape.heads, sizes.time], 'float32')
  const given = [reads(q!), reads(k!), reads(v!), writes(out), writes(statistics), ...placing]
  planner.add(launchCommand('packedAttention', attentionLaunch(shape, sizes), given))
  return statistics
}

function operandsOf(planner: Planner, value: Value): { views: readonly View[]; storage: Storage } {
  const first = planner.aligned(value.inputs[0]!)
  const storage = first.buffer.storage as Storage
  return { storage, views: [first, ...[1, 2].map((index) => planner.aligned(value.inputs[index]!, storage))] }
}

const packedAttention: Lowering = (planner, value) => {
  const { views, storage } = operandsOf(planner, value)
  const out = planner.resultOf(value, 0, storage)
  if (out.buffer.elements === 0) return [out]
  planner.remember(value, attend(planner, placedOf(planner, value, storage, value.inputs.slice(3)), views, out))
  return [out]
}

const packedAttentionGrad: Lowering = (planner, value) => {
  const { views, storage } = operandsOf(planner, value)
  const [g, out] = [3, 4].map((index) => planner.aligned(value.inputs[index]!, storage)) as [View, View]
  const [dq, dk, dv] = [0, 1, 2].map((index) => planner.resultOf(value, index, storage)) as [View, View, View]
  if (dq.buffer.elements === 0) return [dq, dk, dv]
  const placed = placedOf(planner, value, storage, value.inputs.slice(5))
  const { shape, sizes, placing } = placed
  // Where the forward pass was another program, its statistics are computed again.
  const again = () => attend(planner, placed, views, planner.scratch('packedAttention', out.shape, storage))
  const statistics = planner.remembered(value.inputs[4]!) ?? again()
  const products = planner.scratch('packedAttentionGrad', [sizes.batch, shape.heads, sizes.time], 'float32')
  const launch = (made: Parameters<typeof launchCommand>[1], given: readonly Given[]) =>
    planner.add(launchCommand('packedAttentionGrad', made, [...given, ...placing]))
  launch(attentionProductsLaunch(shape, sizes), [reads(out), reads(g), writes(products)])
  const operands = [...views.map(reads), reads(g), reads(statistics), reads(products)]
  launch(attentionKeyGradLaunch(shape, sizes), [...operands, writes(dk), writes(dv)])
  launch(attentionQueryGradLaunch(shape, sizes), [...operands, writes(dq)])
  return [dq, dk, dv]
}

export const packedAttentions: Readonly<Record<string, Lowering>> = { packedAttention, packedAttentionGrad }
