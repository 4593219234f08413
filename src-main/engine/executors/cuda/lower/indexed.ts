/** Reads and additions at int32 indices. */
import { sizeOfShape } from '../../../dims.ts'
import type { Value } from '../../../graph.ts'
import { fillCommand, reads, updates, writes } from '../command.ts'
import type { Storage } from '../driver.ts'
import { fixedKernel, linearLaunch } from '../generate/fixed.ts'
import { memoryTypes } from '../generate/scalar.ts'
import type { Planner } from '../planner.ts'
import type { View } from '../view.ts'
import type { Lowering } from './lowering.ts'

const eachElement =
  'for (long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x; i < count; i += (long long)gridDim.x * blockDim.x)'

/** x [outer, size, inner] at indices [picked]: [outer, picked, inner]. */
function gatherKernel(storage: Storage) {
  const type = memoryTypes[storage]
  return fixedKernel(
    'gather',
    ['int64', 'int32', 'int32', 'int64', 'pointer', 'pointer', 'pointer'],
    `const long long count, const int size, const int picked, const long long inner, const ${type}* source, const int* indices, ${type}* target`,
    `${eachElement} {
  const long long column = i % inner, place = i / inner;
  target[i] = source[(place / picked * size + indices[place % picked]) * inner + column];
}
`,
  )
}

/** Rows of updates [n, inner] added to rows of the target. */
function scatterKernel(type: 'float' | 'int') {
  return fixedKernel(
    'scatter',
    ['int64', 'int64', 'pointer', 'pointer', 'pointer'],
    `const long long count, const long long inner, const int* indices, const ${type}* source, ${type}* target`,
    `${eachElement} atomicAdd(target + indices[i / inner] * inner + i % inner, source[i]);
`,
  )
}

/** x [rows, size] at indices [rows, picked]. */
function gatherLastKernel(storage: Storage) {
  const type = memoryTypes[storage]
  return fixedKernel(
    'gatherlast',
    ['int64', 'int32', 'int32', 'pointer', 'pointer', 'pointer'],
    `const long long count, const int size, const int picked, const ${type}* source, const int* indices, ${type}* target`,
    `${eachElement} target[i] = source[i / picked * size + indices[i]];
`,
  )
}

/** updates [rows, picked] added at indices [rows, picked] of the target [rows, size]. */
function scatterLastKernel(type: 'float' | 'int') {
  return fixedKernel(
    'scatterlast',
    ['int64', 'int32', 'int32', 'pointer', 'pointer', 'pointer'],
    `const long long count, const int size, const int picked, const int* indices, const ${type}* source, ${type}* target`,
    `${eachElement} atomicAdd(target + i / picked * size + indices[i], source[i]);
`,
  )
}

const adding = ({ buffer }: View) => (buffer.storage === 'int32' ? 'int' : 'float')

function filled(planner: Planner, what: string, target: View): View {
  if (target.buffer.elements > 0) planner.add(fillCommand(what, target, 0))
  return target
}

export const indexed: Readonly<Record<string, Lowering>> = {
  gather: (planner, value) => {
    const [table, places] = value.inputs as [Value, Value]
    const shadow = planner.rounds(value) ? planner.shadow(table) : undefined
    const [source, indices] = [shadow ?? planner.dense(table), planner.dense(places)]
    const axis = value.attrs.axis as number
    const target = planner.scratch('gather', value.shape as readonly number[], source.buffer.storage)
    const count = target.buffer.elements
    const inner = sizeOfShape(source.shape.slice(axis + 1))
    const picked = sizeOfShape(indices.shape)
    const launch = linearLaunch(gatherKernel(source.buffer.storage), count, source.shape[axis]!, picked, inner)
    if (count > 0) planner.launch('gather', launch, [reads(source), reads(indices), writes(target)])
    return [target]
  },
  scatterAdd: (planner, value) => {
    const indices = planner.dense(value.inputs[0]!)
    const source = planner.aligned(value.inputs[1]!, value.dtype)
    const target = filled(planner, 'scatterAdd', planner.resultOf(value))
    const count = sizeOfShape(source.shape)
    const launch = linearLaunch(scatterKernel(adding(target)), count, sizeOfShape(source.shape.slice(1)))
    if (count > 0) planner.launch('scatterAdd', launch, [reads(indices), reads(source), updates(target)])
    return [target]
  },
  gatherLast: (planner, value) => {
    const [source, indices] = value.inputs.map((input) => planner.dense(input)) as [View, View]
    const target = planner.scratch('gatherLast', value.shape as readonly number[], source.buffer.storage)
    const count = target.buffer.elements
    const launch = linearLaunch(
      gatherLastKernel(source.buffer.storage),
      count,
      source.shape.at(-1)!,
      target.shape.at(-1)!,
    )
    if (count > 0) planner.launch('gatherLast', launch, [reads(source), reads(indices), writes(target)])
    return [target]
  },
  scatterLast: (planner, value) => {
    const source = planner.aligned(value.inputs[0]!, value.dtype)
    const indices = planner.dense(value.inputs[1]!)
    const target = filled(planner, 'scatterLast', planner.resultOf(value))
    const count = sizeOfShape(source.shape)
    const launch = linearLaunch(scatterLastKernel(adding(target)), count, target.shape.at(-1)!, source.shape.at(-1)!)
    if (count > 0) planner.launch('scatterLast', launch, [reads(indices), reads(source), updates(target)])
    return [target]
  },
}
