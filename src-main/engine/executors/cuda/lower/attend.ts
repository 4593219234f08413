import type { Value } from '../../../graph.ts'
import { type AttentionSizes, sizesOf } from '../../../ops/attention.ts'
import { type Given, launchCommand, reads, writes } from '../command.ts'
import { attentionLaunch } from '../kernels/attention.ts'
import { attentionKeyGradLaunch, attentionProductsLaunch, attentionQueryGradLaunch } from '../kernels/attention-grad.ts'
import { type AttentionShape, placingNumbers } from '../kernels/attention-shape.ts'
import type { Storage } from '../kernels/prelude.ts'
import type { Planner } from '../planner.ts'
import type { View } from '../view.ts'
import type { Lowering } from './lowering.ts'

export const absent = 0

interface Placed {
  readonly shape: AttentionShape
  readonly sizes: { readonly time: number; readonly batch: number }
  /** Where sequences lie in rows: the end of every launch's arguments. */
  readonly placing: readonly Given[]
}

/** Tells where the sequences of `batch` lie, from the inputs behind an attention's operands: three arguments of its kernels. */
type PlacingOf = (planner: Planner, inputs: readonly Value[], batch: number) => readonly Given[]

/** The lowerings of an attention and its gradient, whose sequences lie in their rows as `placingOf` tells. */
export function attentionLowerings(name: string, packed: boolean, placingOf: PlacingOf): Record<string, Lowering> {
  const gradient = `${name}Grad`

  const placedOf = (planner: Planner, value: Value, storage: Storage, inputs: readonly Value[]): Placed => {
    const { time, batch, heads, keyValueHeads, headDim } = sizesOf(value) as AttentionSizes & {
      time: number
      batch: number
    }
    const shape = { storage, heads, keyValueHeads, headDim }
    const sizes = { time, batch }
    return { shape, sizes, placing: [...placingOf(planner, inputs, batch), ...placingNumbers(shape, sizes, packed)] }
  }

  /** The forward pass; keeps what a gradient in the same program reads. */
  const attend = (planner: Planner, { shape, sizes, placing }: Placed, [q, k, v]: readonly View[], out: View): View => {
    const statistics = planner.scratch(name, [sizes.batch, shape.heads, sizes.time], 'float32')
    const given = [reads(q!), reads(k!), reads(v!), writes(out), writes(statistics), ...placing]
    planner.add(launchCommand(name, attentionLaunch(shape, sizes), given))
    return statistics
  }

  return {
    [name]: (planner, value) => {
      const { views, storage } = operandsOf(planner, value)
      const out = planner.resultOf(value, 0, storage)
      if (out.buffer.elements === 0) return [out]
      planner.remember(value, attend(planner, placedOf(planner, value, storage, value.inputs.slice(3)), views, out))
      return [out]
    },
    [gradient]: (planner, value) => {
      const { views, storage } = operandsOf(planner, value)
      const [g, out] = [3, 4].map((index) => planner.aligned(value.inputs[index]!, storage)) as [View, View]
      const [dq, dk, dv] = [0, 1, 2].map((index) => planner.resultOf(value, index, storage)) as [View, View, View]
      if (dq.buffer.elements === 0) return [dq, dk, dv]
      const placed = placedOf(planner, value, storage, value.inputs.slice(5))
      const { shape, sizes, placing } = placed
      // Where the forward pass was another program, its statistics are computed again.
      const again = () => attend(planner, placed, views, planner.scratch(name, out.shape, storage))
      const statistics = planner.remembered(value.inputs[4]!) ?? again()
      const products = planner.scratch(gradient, [sizes.batch, shape.heads, sizes.time], 'float32')
      const launch = (made: Parameters<typeof launchCommand>[1], given: readonly Given[]) =>
        planner.add(launchCommand(gradient, made, [...given, ...placing]))
      launch(attentionProductsLaunch(shape, sizes), [reads(out), reads(g), writes(products)])
      const operands = [...views.map(reads), reads(g), reads(statistics), reads(products)]
      launch(attentionKeyGradLaunch(shape, sizes), [...operands, writes(dk), writes(dv)])
      launch(attentionQueryGradLaunch(shape, sizes), [...operands, writes(dq)])
      return [dq, dk, dv]
    },
  }
}

/** Queries, keys and values, in one storage. */
function operandsOf(planner: Planner, value: Value): { views: readonly View[]; storage: Storage } {
  const first = planner.aligned(value.inputs[0]!)
  const storage = first.buffer.storage as Storage
  return { storage, views: [first, ...[1, 2].map((index) => planner.aligned(value.inputs[index]!, storage))] }
}
