/** A kernel for a group of elementwise ops over one shape: operands are loaded once, results stored once. */
import { sizeOfShape } from '../../../dims.ts'
import type { Value } from '../../../graph.ts'
import type { Launch } from '../kernel.ts'
import { broadcastView, collapseAxes, denseStrides, isDense, touchedElements, type View } from '../view.ts'
import { storeCode } from './scalar.ts'
import { coordinates, kernelOf, Parameters, placeOf, scalarStatements } from './text.ts'

export interface Elementwise {
  readonly shape: readonly number[]
  /** In the order of their computation. */
  readonly members: readonly Value[]
  /** What members read from memory; known numbers are left out. */
  readonly operands: readonly { readonly value: Value; readonly view: View }[]
  /** Members, or operands where nothing but their place changes, with where they go: views of the shape. */
  readonly results: readonly { readonly value: Value; readonly view: View }[]
}

export interface Generated {
  readonly launch: Launch
  /** The numbers before the pointers: operands in order, then results. */
  readonly numbers: readonly number[]
}

const threads = 256
/** Blocks beyond this many only wait: threads walk over the rest. */
const mostBlocks = 65_536

/** Whether indices need 64 bits. */
export const needsWide = (count: number, views: readonly View[]): boolean =>
  Math.max(count, ...views.map((view) => view.offset + touchedElements(view))) >= 2 ** 31

export function mapKernel({ shape, members, operands, results }: Elementwise): Generated {
  const count = sizeOfShape(shape)
  const views = [...operands.map(({ view }) => broadcastView(view, shape)), ...results.map(({ view }) => view)]
  const wide = needsWide(count, views)
  const collapsed = collapseAxes(
    shape,
    views.map(({ strides }) => strides),
  )
  const parameters = new Parameters()
  parameters.number('count', count, wide)
  const linear = String(denseStrides(collapsed.shape))
  const isLinear = (strides: readonly number[]) => String(strides) === linear
  const walked = collapsed.strides.some((strides) => !isLinear(strides) && strides.some((stride) => stride !== 0))
  const axes = walked ? coordinates('i', 'c', collapsed.shape, parameters, wide) : ''
  const placeAt = (index: number, name: string) => {
    const strides = collapsed.strides[index]!
    return isLinear(strides) ? 'i' : placeOf({ name, strides }, (axis) => `c${axis}`, parameters, wide)
  }
  const places = views.map((_, index) => placeAt(index, `p${index}`))
  const loaded = operands.map(({ value, view }, index) => ({
    value,
    storage: view.buffer.storage,
    pointer: parameters.pointer(`p${index}`, view.buffer.storage, 'read'),
    place: places[index]!,
  }))
  const { text, nameOf } = scalarStatements(members, loaded)
  const stores = results.map(({ value, view: { buffer } }, index) => {
    const place = operands.length + index
    const pointer = parameters.pointer(`p${place}`, buffer.storage, 'write')
    return `${storeCode(buffer.storage, `${pointer}[${places[place]}]`, nameOf(value))}\n`
  })
  const type = wide ? 'long long' : 'int'
  const start = wide ? '(long long)blockIdx.x * blockDim.x' : 'blockIdx.x * blockDim.x'
  const step = wide ? '(long long)gridDim.x * blockDim.x' : 'gridDim.x * blockDim.x'
  const body = `for (${type} i = ${start} + threadIdx.x; i < count; i += ${step}) {\n${axes}${text}${stores.join('')}}\n`
  const kernel = kernelOf('map', parameters, body)
  const blocks = Math.min(mostBlocks, Math.max(1, Math.ceil(count / threads)))
  const launch: Launch = { kernel, grid: [blocks, 1, 1], block: [threads, 1, 1], sharedBytes: 0 }
  return { launch, numbers: parameters.given as number[] }
}

/** Whether every iteration reads this operand only where it writes this result, so that they may share memory. */
export function sharesPlaces(operand: View, result: View): boolean {
  return (
    String(operand.shape) === String(result.shape) &&
    isDense(operand) &&
    isDense(result) &&
    operand.offset === result.offset &&
    operand.buffer.elements === result.buffer.elements
  )
}
