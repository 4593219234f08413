/** Reductions, running sums and order statistics. Softmax and its kin are computed through their expansions. */
import { sizeOfShape } from '../../../dims.ts'
import type { Value } from '../../../graph.ts'
import { fillCommand, launchCommand, reads, writes } from '../command.ts'
import { rowLaunch } from '../generate/fixed.ts'
import { piecesFor, type Reduction, reduceKernel } from '../generate/reduce.ts'
import { argmaxKernel, cumsumKernel, topKKernel } from '../generate/rows.ts'
import type { Planner } from '../planner.ts'
import { denseView, transposedView, type View } from '../view.ts'
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
function rowsOf(planner: Planner, value: Value): { view: View; rows: number; width: number } {
  const view = planner.aligned(value, value.dtype)
  const width = view.shape.at(-1)!
  return { view, width, rows: sizeOfShape(view.shape.slice(0, -1)) }
}

export const reductions: Readonly<Record<string, Lowering>> = {
  reduceSum: reduce,
  reduceMax: reduce,
  cumsum: (planner, value) => {
    const axis = value.attrs.axis as number
    const order = value.shape.map((_, index) => index).filter((index) => index !== axis)
    const moved = transposedView(planner.converted(value.inputs[0]!, value.dtype), [...order, axis])
    const source = planner.densified('cumsum', moved)
    const target = planner.scratch('cumsum', source.shape, source.buffer.storage)
    const width = source.shape.at(-1)!
    const { reverse, exclusive } = value.attrs
    if (target.buffer.elements > 0)
      planner.launch(
        'cumsum',
        rowLaunch(
          cumsumKernel(source.buffer.storage),
          target.buffer.elements / width,
          width,
          Number(reverse),
          Number(exclusive),
        ),
        [reads(source), writes(target)],
      )
    const back = value.shape.map((_, index) => (index === axis ? order.length : order.indexOf(index)))
    return [transposedView(target, back)]
  },
  topK: (planner, value) => {
    const { view, rows, width } = rowsOf(planner, value.inputs[0]!)
    const [values, indices] = [planner.resultOf(value, 0), planner.resultOf(value, 1)]
    const count = values.shape.at(-1)!
    if (values.buffer.elements === 0) return [values, indices]
    const padded = 2 ** Math.ceil(Math.log2(Math.max(2, width)))
    const [keys, places] = [
      planner.scratch('topK', [rows, padded], 'float32'),
      planner.scratch('topK', [rows, padded], 'int32'),
    ]
    planner.launch('topK', rowLaunch(topKKernel, rows, width, padded, count), [
      reads(view),
      writes(keys),
      writes(places),
      writes(values),
      writes(indices),
    ])
    return [values, indices]
  },
  argmax: (planner, value) => {
    const { view, rows, width } = rowsOf(planner, value.inputs[0]!)
    const target = planner.resultOf(value)
    if (rows > 0) planner.launch('argmax', rowLaunch(argmaxKernel, rows, width), [reads(view), writes(target)])
    return [target]
  },
}
