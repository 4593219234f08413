/** Where the numbers of a value lie: a buffer, and how its axes walk through it. */
import { sizeOfShape } from '../../dims.ts'
import { type Storage, storageBytes } from './driver.ts'

/** What a buffer is to its program. */
export type BufferKind = 'scratch' | 'input' | 'state' | 'output' | 'constant'

/** A stretch of memory whose address a run fills in. Compared by identity. */
export interface Buffer {
  readonly kind: BufferKind
  readonly storage: Storage
  readonly elements: number
  /** Of the input, state or output; of the op that fills a scratch buffer. */
  readonly name: string
}

export interface View {
  readonly buffer: Buffer
  /** Elements before the first. */
  readonly offset: number
  readonly shape: readonly number[]
  /** Elements from one entry of an axis to the next; 0 repeats. */
  readonly strides: readonly number[]
}

export const bufferBytes = ({ storage, elements }: Buffer): number => elements * storageBytes[storage]

export function denseStrides(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1)
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1]! * shape[axis + 1]!
  return strides
}

export function denseView(buffer: Buffer, shape: readonly number[], offset = 0): View {
  return { buffer, offset, shape, strides: denseStrides(shape) }
}

/** Whether the elements lie one after another in the order of the axes. */
export function isDense({ shape, strides }: View): boolean {
  const dense = denseStrides(shape)
  return shape.every((size, axis) => size <= 1 || strides[axis] === dense[axis]) || sizeOfShape(shape) === 0
}

export function transposedView(view: View, order: readonly number[]): View {
  return {
    ...view,
    shape: order.map((axis) => view.shape[axis]!),
    strides: order.map((axis) => view.strides[axis]!),
  }
}

export function slicedView(view: View, axis: number, start: number, end: number): View {
  return {
    ...view,
    offset: view.offset + start * view.strides[axis]!,
    shape: view.shape.map((size, index) => (index === axis ? end - start : size)),
  }
}

/** The view under NumPy broadcasting to `shape`. */
export function broadcastView(view: View, shape: readonly number[]): View {
  if (sizeOfShape(view.shape) === 1) return { ...view, shape, strides: shape.map(() => 0) }
  const extra = shape.length - view.shape.length
  const strides = shape.map((size, axis) => {
    const own = view.shape[axis - extra]
    return own === undefined || (own === 1 && size !== 1) ? 0 : view.strides[axis - extra]!
  })
  return { ...view, shape, strides }
}

/** Runs of axes [from, to) that hold as many elements on either side, cut as finely as they can be. */
function commonRuns(left: readonly number[], right: readonly number[]): [number, number, number, number][] {
  const runs: [number, number, number, number][] = []
  let [i, j] = [0, 0]
  while (i < left.length && j < right.length) {
    const start: [number, number] = [i, j]
    let [a, b] = [left[i++]!, right[j++]!]
    while (a !== b) {
      if (a < b) a *= left[i++]!
      else b *= right[j++]!
    }
    runs.push([start[0], i, start[1], j])
  }
  return runs
}

/** The same elements in another shape, where that takes no copy. */
export function reshapedView(view: View, shape: readonly number[]): View | undefined {
  if (isDense(view)) return denseView(view.buffer, shape, view.offset)
  const axes = view.shape.map((_, axis) => axis).filter((axis) => view.shape[axis] !== 1)
  const sizes = axes.map((axis) => view.shape[axis]!)
  const kept = shape.map((_, axis) => axis).filter((axis) => shape[axis] !== 1)
  const strides = shape.map(() => 0)
  const wanted = kept.map((axis) => shape[axis]!)
  for (const [from, to, first, last] of commonRuns(sizes, wanted)) {
    for (let place = from; place < to - 1; place++) {
      const [outer, inner] = [axes[place]!, axes[place + 1]!]
      if (view.strides[outer] !== view.strides[inner]! * view.shape[inner]!) return undefined
    }
    let stride = view.strides[axes[to - 1]!]!
    for (let place = last - 1; place >= first; place--) {
      strides[kept[place]!] = stride
      stride *= wanted[place]!
    }
  }
  return { ...view, shape, strides }
}

/** Elements from the first to the last that a view touches, both included. */
export function touchedElements({ shape, strides }: View): number {
  if (sizeOfShape(shape) === 0) return 0
  return shape.reduce((last, size, axis) => last + (size - 1) * Math.abs(strides[axis]!), 1)
}

/** Axes of equal shapes merged where all views walk over them in one stride; axes of one entry fall away. */
export function collapseAxes(
  shape: readonly number[],
  strides: readonly (readonly number[])[],
): { shape: number[]; strides: number[][] } {
  const sizes: number[] = []
  const walks: number[][] = strides.map(() => [])
  for (const [axis, size] of shape.entries()) {
    if (size === 1) continue
    const last = sizes.length - 1
    const merges = last >= 0 && strides.every((of, view) => walks[view]![last] === of[axis]! * size)
    if (merges) {
      sizes[last]! *= size
      for (const [view, of] of strides.entries()) walks[view]![last] = of[axis]!
    } else {
      sizes.push(size)
      for (const [view, of] of strides.entries()) walks[view]!.push(of[axis]!)
    }
  }
  return { shape: sizes, strides: walks }
}
