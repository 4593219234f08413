/** Matrix products, on views as they are where a product can walk over them. */
import { sizeOfShape } from '../../../dims.ts'
import type { Value } from '../../../graph.ts'
import { fillCommand, type PlannedMatrix, productCommand, reads, type Touch, touchOf } from '../command.ts'
import { type Storage, storageBytes } from '../driver.ts'
import type { Planner } from '../planner.ts'
import { broadcastView, collapseAxes, denseStrides, touchedElements, type View } from '../view.ts'
import type { Lowering } from './lowering.ts'

export interface Factors {
  readonly a: View
  readonly b: View
  readonly transA: boolean
  readonly transB: boolean
  readonly alpha: number
}

interface LastTwo {
  readonly rowStride: number
  readonly transposed: boolean
}

/** How the last two axes are walked, where one of them is contiguous. */
function lastTwo({ shape, strides }: View): LastTwo | undefined {
  const [rows, columns] = shape.slice(-2) as [number, number]
  const [down, right] = strides.slice(-2) as [number, number]
  if ((right === 1 || columns === 1) && (down >= columns || rows === 1))
    return { rowStride: rows === 1 ? columns : down, transposed: false }
  if ((down === 1 || rows === 1) && (right >= rows || columns === 1))
    return { rowStride: columns === 1 ? rows : right, transposed: true }
  return undefined
}

const walkable = (planner: Planner, view: View): View => (lastTwo(view) ? view : planner.densified('matmul', view))

/** The matrix at an offset of a view, and those after it in a batch. */
interface Placed {
  readonly view: View
  readonly place: number
  readonly batch: number
  readonly batchStride: number
}

function matrix({ view, place, batch, batchStride }: Placed, swapped: boolean, access: Touch['access']): PlannedMatrix {
  const single = { ...view, offset: view.offset + place, shape: view.shape.slice(-2), strides: view.strides.slice(-2) }
  const { rowStride, transposed } = lastTwo(single)!
  const { storage } = view.buffer
  const bytes = (touchedElements(single) + (batch - 1) * batchStride) * storageBytes[storage]
  return {
    storage: storage as PlannedMatrix['storage'],
    rowStride,
    batchStride,
    transposed: transposed !== swapped,
    touch: { ...touchOf(single, access), bytes },
  }
}

/** Where a right factor serves a whole batch, the batch is more rows of the left one and of the result. */
function folded(factors: Factors, target: View, addend: View | undefined) {
  const { a, b, transA } = factors
  const batch = target.shape.slice(0, -2)
  const m = target.shape.at(-2)!
  if (batch.length === 0 || transA || sizeOfShape(b.shape.slice(0, -2)) !== 1 || a.strides.at(-1) !== 1)
    return undefined
  const rowsOf = (view: View) => broadcastView(view, [...batch, m, view.shape.at(-1)!]).strides.slice(0, -1)
  const views = [a, target, ...(addend ? [addend] : [])]
  const walk = collapseAxes([...batch, m], views.map(rowsOf))
  if (walk.shape.length !== 1 || walk.strides[0]![0]! < a.shape.at(-1)!) return undefined
  const flat = (view: View, index: number): View => ({
    ...view,
    shape: [walk.shape[0]!, view.shape.at(-1)!],
    strides: [walk.strides[index]![0]!, view.strides.at(-1)!],
  })
  const right = { ...b, shape: b.shape.slice(-2), strides: b.strides.slice(-2) }
  return {
    factors: { ...factors, a: flat(a, 0), b: right },
    target: flat(target, 1),
    addend: addend && flat(addend, 2),
  }
}

/** target = alpha · a · b + addend over broadcast leading axes; the addend is of the target's shape. */
export function multiply(planner: Planner, what: string, given: Factors, into: View, added?: View): void {
  const ready = { ...given, a: walkable(planner, given.a), b: walkable(planner, given.b) }
  const isBias = added !== undefined && into.shape.length === 2 && added.strides[0] === 0 && added.strides[1] === 1
  const addend = added && !isBias ? walkable(planner, added) : undefined
  const { factors, target, addend: c } = folded(ready, into, addend) ?? { factors: ready, target: into, addend }
  const { a, b, transA, transB, alpha } = factors
  const batch = target.shape.slice(0, -2)
  const [m, n] = target.shape.slice(-2) as [number, number]
  const k = a.shape.at(transA ? -2 : -1)!
  const views = [a, b, target, ...(c ? [c] : [])]
  const outer = (view: View) => broadcastView(view, [...batch, ...view.shape.slice(-2)]).strides.slice(0, -2)
  const walk = collapseAxes(batch, views.map(outer))
  const entries = walk.shape.at(-1) ?? 1
  for (const places of placesOf(walk.shape.slice(0, -1), walk.strides)) {
    const placed = (index: number): Placed => ({
      view: views[index]!,
      place: places[index]!,
      batch: entries,
      batchStride: walk.strides[index]!.at(-1) ?? 0,
    })
    planner.add(
      productCommand(what, {
        ...{ m, n, k, alpha, batch: entries, beta: c ? 1 : 0, tf32: planner.situation.tf32 },
        a: matrix(placed(0), transA, 'read'),
        b: matrix(placed(1), transB, 'read'),
        ...(c && { c: matrix(placed(3), false, 'read') }),
        ...(isBias && { bias: reads(added) }),
        d: matrix(placed(2), false, 'write'),
      }),
    )
  }
}

/** Offsets of every operand at each entry of the outer axes. */
function placesOf(shape: readonly number[], strides: readonly (readonly number[])[]): number[][] {
  const steps = denseStrides(shape)
  return Array.from({ length: sizeOfShape(shape) }, (_, entry) =>
    strides.map((of) =>
      shape.reduce((place, size, axis) => place + (Math.floor(entry / steps[axis]!) % size) * of[axis]!, 0),
    ),
  )
}

/** Tensor cores take bfloat16 in pieces of this many. */
const piece = 8

/**
 * Two factors in one storage: bfloat16 where one of them is, or where one is a state whose copy in bfloat16 serves the
 * other factor's activations.
 */
export function factorsOf(planner: Planner, left: Value, right: Value, inner: number): [View, View] {
  const values = [left, right]
  const views = values.map((value) => planner.view(value))
  const lies = views.some(({ buffer }) => buffer.storage === 'bfloat16')
  const could = inner % piece === 0 && values.some((value) => planner.shadow(value) !== undefined)
  const [a, b] = lies || could ? values.map((value) => planner.converted(value, 'bfloat16')) : views
  return [a!, b!]
}

function product(planner: Planner, value: Value, factors: Factors, added?: View): readonly View[] {
  const rounded = factors.a.buffer.storage === 'bfloat16' && planner.rounds(value)
  const target = planner.resultOf(value, 0, rounded ? 'bfloat16' : 'float32')
  const { storage } = target.buffer
  const addend = added && added.buffer.storage !== storage ? converted(planner, value, added, storage) : added
  if (target.buffer.elements === 0) return [target]
  if (factors.a.shape.at(factors.transA ? -2 : -1) !== 0) multiply(planner, value.op.name, factors, target, addend)
  else if (addend) planner.copy(value.op.name, addend, target)
  else planner.add(fillCommand(value.op.name, target, 0))
  return [target]
}

/** An addend in the storage of the result; what is repeated over rows or columns stays so. */
function converted(planner: Planner, { op }: Value, view: View, storage: Storage): View {
  const axes = view.shape.map((size, axis) => (view.strides[axis] === 0 ? 1 : size))
  const once = planner.copied(op.name, { ...view, shape: axes }, storage)
  return broadcastView(once, view.shape)
}

export const products: Readonly<Record<string, Lowering>> = {
  matmul: (planner, value) => {
    const [left, right] = value.inputs as [Value, Value]
    const { transA, transB, alpha } = value.attrs as { transA: boolean; transB: boolean; alpha: number }
    const inner = left.shape.at(transA ? -2 : -1) as number
    const [a, b] = factorsOf(planner, left, right, inner)
    return product(planner, value, { a, b, transA, transB, alpha })
  },
  linear: (planner, value) => {
    const [left, right, added] = value.inputs as [Value, Value, Value | undefined]
    const [a, b] = factorsOf(planner, left, right, left.shape[1] as number)
    const wide = added && broadcastView(planner.view(added), value.shape as readonly number[])
    return product(planner, value, { a, b, transA: false, transB: true, alpha: 1 }, wide)
  },
}
