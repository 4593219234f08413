/** Ops that move numbers: most are views and cost nothing. */
import type { Value } from '../../../graph.ts'
import { fillCommand, writes } from '../command.ts'
import { storageBytes } from '../driver.ts'
import { fixedKernel, linearLaunch } from '../generate/fixed.ts'
import { broadcastView, denseView, reshapedView, slicedView, transposedView, type View } from '../view.ts'
import type { Lowering } from './lowering.ts'

const shapeOf = ({ shape }: Value) => shape as readonly number[]

const iotaKernel = fixedKernel(
  'iota',
  ['int64', 'pointer'],
  'const long long count, int* target',
  `for (long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x; i < count; i += (long long)gridDim.x * blockDim.x)
  target[i] = (int)i;
`,
)

export const structure: Readonly<Record<string, Lowering>> = {
  reshape: (planner, value) => {
    const view = planner.view(value.inputs[0]!)
    const shape = shapeOf(value)
    const reshaped = reshapedView(view, shape)
    if (reshaped) return [reshaped]
    const { buffer, offset } = planner.densified('reshape', view)
    return [denseView(buffer, shape, offset)]
  },
  transpose: (planner, { inputs, attrs }) => [
    transposedView(planner.view(inputs[0]!), attrs.order as readonly number[]),
  ],
  broadcastTo: (planner, value) => [broadcastView(planner.view(value.inputs[0]!), shapeOf(value))],
  slice: (planner, { inputs, attrs }) => [
    slicedView(planner.view(inputs[0]!), attrs.axis as number, attrs.start as number, attrs.end as number),
  ],
  pad: (planner, value) => {
    const source = planner.view(value.inputs[0]!)
    const { axis, before } = value.attrs as { axis: number; before: number }
    const target = stored(planner.resultOf(value), source)
    if (target.buffer.elements > 0) planner.add(fillCommand('pad', target, 0))
    planner.copy('pad', source, slicedView(target, axis, before, before + source.shape[axis]!))
    return [target]
  },
  concat: (planner, value) => {
    const sources = value.inputs.map((source) => planner.view(source))
    const axis = value.attrs.axis as number
    const target = stored(planner.resultOf(value), sources[0]!)
    let start = 0
    for (const source of sources) {
      const end = start + source.shape[axis]!
      planner.copy('concat', source, slicedView(target, axis, start, end))
      start = end
    }
    return [target]
  },
  iota: (planner, value) => {
    const target = planner.resultOf(value)
    const count = target.buffer.elements
    if (count > 0) planner.launch('iota', linearLaunch(iotaKernel, count), [writes(target)])
    return [target]
  },
}

/** A new buffer takes the storage of what moves into it. */
function stored(target: View, { buffer: { storage } }: View): View {
  return storageBytes[storage] === storageBytes[target.buffer.storage]
    ? target
    : denseView({ ...target.buffer, storage }, target.shape)
}
