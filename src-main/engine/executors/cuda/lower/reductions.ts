/** Reductions, running sums and order statistics. Softmax and its kin are computed through their expansions. */
import { sizeOfShape } from '../../../dims.ts'
import type { Value } from '../../../graph.ts'
import { fillCommand, launchCommand, reads, writes } from '../command.ts'
import { piecesFor, type Reduction, reduceKernel } from '../generate/reduce.ts'
import { argmaxLaunch, type Ordered, topKLaunch } from '../kernels/order.ts'
import { cumsumLaunch } from '../kernels/scan.ts'
import type { Planner } from '../planner.ts'
import { denseView, type View } from '../view.ts'
import type { Lowering } from './lowering.ts'

function reduce(planner: Planner, value: Value): readonly View[] {
  const [source] = value.inputs as [Value]
  const shape = source.shape as readonly number[]
  const axes = value.attrs.axes as readonly number[]
  const result = planner.resultOf(value)
  const results = result.buffer.elements
  if (results === 0) return [result]
  const count = axes.reduce((product, axis) => product * shape[axis]!, 1)
  if (count === 0 && value.op.name === 'reduceSum') {
    planner.add(fillCommand('reduceSum', result, 0))
    return [result]
  }
  const { members, operands } = planner.partition.groupOf(value)
  const kind = value.op.name as Reduction['kind']
  const loaded = operands.map((operand) => ({ value: operand, view: planner.view(operand) }))
  const pieces = piecesFor(results, count)
  const partial = pieces === 1 ? result : planner.scratch(kind, [results, pieces], value.dtype)
  const pass = (reduction: Omit<Reduction, 'kind'>, what: string) => {
    const { launch, numbers } = reduceKernel({ ...reduction, kind })
    const given = [...reduction.operands.map(({ view }) => reads(view)), writes(reduction.result)]
    planner.add(launchCommand(what, launch, [...numbers, ...given]))
  }
  const what = [...members.map(({ op }) => op.name), kind].join('+')
  pass({ shape, members, operands: loaded, axes, reduced: source, result: partial, pieces }, what)
  if (pieces > 1) {
    const reduced: Value = { ...source, shape: partial.shape }
    const operand = { value: reduced, view: partial }
    const flat = denseView(result.buffer, [results])
    pass({ shape: partial.shape, members: [], operands: [operand], axes: [1], reduced, result: flat, pieces: 1 }, kind)
  }
  return [result]
}

/** Rows of the last axis, dense. */
function rowsOf(planner: Planner, value: Value): { view: View; rows: number; width: number; storage: Ordered } {
  const view = planner.aligned(value, value.dtype)
  const width = view.shape.at(-1)!
  return { view, width, rows: sizeOfShape(view.shape.slice(0, -1)), storage: view.buffer.storage as Ordered }
}

export const reductions: Readonly<Record<string, Lowering>> = {
  reduceSum: reduce,
  reduceMax: reduce,
  cumsum: (planner, value) => {
    const source = planner.aligned(value.inputs[0]!, value.dtype)
    const target = planner.resultOf(value)
    if (target.buffer.elements === 0) return [target]
    const { axis, reverse, exclusive } = value.attrs as { axis: number; reverse: boolean; exclusive: boolean }
    const [outer, inner] = [source.shape.slice(0, axis), source.shape.slice(axis + 1)].map(sizeOfShape) as [
      number,
      number,
    ]
    const launch = cumsumLaunch({ storage: source.buffer.storage as Ordered, reverse, exclusive }, outer, inner)
    planner.add(launchCommand('cumsum', launch, [reads(source), writes(target), outer, source.shape[axis]!, inner]))
    return [target]
  },
  topK: (planner, value) => {
    const { view, rows, width, storage } = rowsOf(planner, value.inputs[0]!)
    const [values, indices] = [planner.resultOf(value, 0), planner.resultOf(value, 1)]
    if (values.buffer.elements === 0) return [values, indices]
    const scratch = planner.scratch('topK', [rows, 4, width], 'int32')
    const given = [reads(view), writes(values), writes(indices), writes(scratch), width, values.shape.at(-1)!]
    planner.add(launchCommand('topK', topKLaunch(storage, rows), given))
    return [values, indices]
  },
  argmax: (planner, value) => {
    const { view, rows, width, storage } = rowsOf(planner, value.inputs[0]!)
    const target = planner.resultOf(value)
    if (rows > 0)
      planner.add(launchCommand('argmax', argmaxLaunch(storage, rows), [reads(view), writes(target), width]))
    return [target]
  },
}
