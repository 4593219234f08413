/** Layers of a transformer by kernels of their own. */
import { sizeOfShape } from '../../../dims.ts'
import type { Value } from '../../../graph.ts'
import { keptFactor } from '../../../ops/dropout.ts'
import { fillCommand, launchCommand, reads, writes } from '../command.ts'
import { reduceKernel } from '../generate/reduce.ts'
import { dropoutMaskLaunch } from '../kernels/dropout.ts'
import { swigluGradLaunch, swigluLaunch } from '../kernels/elementwise.ts'
import type { Storage } from '../kernels/prelude.ts'
import { rmsNormGradLaunch, rmsNormLaunch } from '../kernels/rms-norm.ts'
import { ropeLaunch } from '../kernels/rope.ts'
import type { Planner } from '../planner.ts'
import type { View } from '../view.ts'
import type { Lowering } from './lowering.ts'

const storageOf = ({ buffer }: View) => buffer.storage as Storage

/** Dense rows [rows, width] of the last axis. */
const rowsOf = ({ shape }: View) => ({ width: shape.at(-1)!, rows: sizeOfShape(shape.slice(0, -1)) })

const like = (planner: Planner, value: Value, index: number, view: View): View =>
  planner.resultOf(value, index, view.buffer.storage)

/** Rows of partial sums [partials, width] added up: [width]. */
function addPartials(planner: Planner, what: string, partial: View, target: View): void {
  const value: Value = {
    op: { name: what, result: () => [] },
    inputs: [],
    attrs: {},
    shape: partial.shape,
    dtype: 'float32',
  }
  const reduction = {
    kind: 'reduceSum',
    shape: partial.shape,
    members: [],
    axes: [0],
    reduced: value,
    result: target,
  } as const
  const { launch, numbers } = reduceKernel({ ...reduction, operands: [{ value, view: partial }], pieces: 1 })
  planner.add(launchCommand(what, launch, [...numbers, reads(partial), writes(target)]))
}

export const network: Readonly<Record<string, Lowering>> = {
  rmsNorm: (planner, value) => {
    const x = planner.aligned(value.inputs[0]!)
    const weight = planner.aligned(value.inputs[1]!, x.buffer.storage)
    const { rows, width } = rowsOf(x)
    const target = like(planner, value, 0, x)
    if (target.buffer.elements === 0) return [target]
    const launch = rmsNormLaunch({ storage: storageOf(x), width }, rows)
    const given = [reads(x), reads(weight), writes(target), rows, value.attrs.eps as number]
    planner.add(launchCommand('rmsNorm', launch, given))
    return [target]
  },
  rmsNormGrad: (planner, value) => {
    const x = planner.aligned(value.inputs[0]!)
    const [weight, g] = [1, 2].map((index) => planner.aligned(value.inputs[index]!, x.buffer.storage)) as [View, View]
    const { rows, width } = rowsOf(x)
    const [dx, dWeight] = [like(planner, value, 0, x), planner.resultOf(value, 1)]
    if (dx.buffer.elements === 0) {
      if (dWeight.buffer.elements > 0) planner.add(fillCommand('rmsNormGrad', dWeight, 0))
      return [dx, dWeight]
    }
    const { multiprocessors } = planner.situation
    const joined = planner.joins.sums.get(value)
    const addend = joined && planner.aligned(joined.addend, x.buffer.storage)
    const options = { storage: storageOf(x), width, addend: addend !== undefined }
    const { launch, partials } = rmsNormGradLaunch(options, rows, multiprocessors)
    const partial = planner.scratch('rmsNormGrad', [partials, width], 'float32')
    const operands = [x, weight, g, ...(addend ? [addend] : [])].map(reads)
    const given = [...operands, writes(dx), writes(partial), rows, value.attrs.eps as number]
    planner.add(launchCommand('rmsNormGrad', launch, given))
    if (joined) planner.define(joined.sum, [dx])
    addPartials(planner, 'rmsNormGrad', partial, dWeight)
    return [dx, dWeight]
  },
  swiglu: (planner, value) => {
    const gate = planner.aligned(value.inputs[0]!)
    const up = planner.aligned(value.inputs[1]!, gate.buffer.storage)
    const target = like(planner, value, 0, gate)
    const count = target.buffer.elements
    if (count === 0) return [target]
    const given = [reads(gate), reads(up), writes(target), count]
    planner.add(launchCommand('swiglu', swigluLaunch(storageOf(gate), count), given, shared([gate, up], [target])))
    return [target]
  },
  swigluGrad: (planner, value) => {
    const gate = planner.aligned(value.inputs[0]!)
    const [up, g] = [1, 2].map((index) => planner.aligned(value.inputs[index]!, gate.buffer.storage)) as [View, View]
    const targets = [0, 1].map((index) => like(planner, value, index, gate)) as [View, View]
    const count = targets[0].buffer.elements
    if (count === 0) return targets
    const given = [reads(gate), reads(up), reads(g), writes(targets[0]), writes(targets[1]), count]
    const launch = swigluGradLaunch(storageOf(gate), count)
    planner.add(launchCommand('swigluGrad', launch, given, shared([gate, up, g], targets)))
    return targets
  },
  dropoutMask: (planner, value) => {
    const [keys, table] = value.inputs.map((input) => planner.aligned(input, 'float32')) as [View, View]
    const target = planner.resultOf(value)
    if (target.buffer.elements === 0) return [target]
    const [rows, width] = target.shape as [number, number]
    const hidden = value.attrs.hidden as number
    const given = [reads(keys), reads(table), writes(target), rows, width, hidden, keptFactor(hidden)]
    planner.add(launchCommand('dropoutMask', dropoutMaskLaunch(rows, width), given))
    return [target]
  },
  rope: (planner, value) => {
    const x = planner.aligned(value.inputs[0]!)
    const positions = planner.dense(value.inputs[1]!)
    const [cos, sin] = [2, 3].map((index) => planner.aligned(value.inputs[index]!, 'float32')) as [View, View]
    const { heads, inverse } = value.attrs as { heads: number; inverse: boolean }
    const target = like(planner, value, 0, x)
    const [rows, width] = x.shape as [number, number]
    if (target.buffer.elements === 0) return [target]
    const launch = ropeLaunch({ storage: storageOf(x), headDim: width / heads, inverse }, rows, heads)
    const given = [reads(x), reads(positions), reads(cos), reads(sin), writes(target), rows, heads]
    planner.add(launchCommand('rope', launch, given, shared([x], [target])))
    return [target]
  },
}

/** Results that each thread writes where it read. */
function shared(operands: readonly View[], results: readonly View[]) {
  return results.flatMap((result) =>
    operands
      .filter(({ buffer, offset }) => offset === 0 && buffer.elements === result.buffer.elements)
      .map((operand) => ({ operand: operand.buffer, result: result.buffer })),
  )
}
