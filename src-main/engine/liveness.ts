/** How much a run of a program holds at once, read off its graph: what an executor that frees results early allocates. */
import { type Dim, evaluateDim } from './dims.ts'
import { type Program, partOp, topologicalOrder, type Value } from './graph.ts'

const bytesPerElement = { float32: 4, int32: 4, bool: 1 } as const

/** Views of their input: no memory of their own. */
const views = new Set(['reshape'])

interface Schedule {
  /** Values in the order of their computation; leaves left out. */
  readonly order: readonly Value[]
  /** Index in the order after which a buffer is not read any more. */
  readonly lastRead: ReadonlyMap<Value, number>
}

/** The value whose buffer holds a value: the producer behind projections and views. */
function ownerOf(value: Value): Value {
  let owner = value
  while (owner.op === partOp || (views.has(owner.op.name) && owner.inputs[0]!.inputs.length > 0))
    owner = owner.inputs[0]!
  return owner
}

/**
 * Everything on the way to the longest root in its order, and whatever else depends on that as soon as it can be computed;
 * leaves left out.
 */
export function computationOrder(roots: readonly Value[]): Value[] {
  const lengths = roots.map((root) => topologicalOrder([root]).length)
  const longest = roots[lengths.indexOf(Math.max(...lengths))]!
  const ranks = new Map<Value, number>()
  for (const value of topologicalOrder([longest])) ranks.set(value, ranks.size)
  const all = topologicalOrder([longest, ...roots])
  for (const value of all)
    if (!ranks.has(value)) ranks.set(value, Math.max(-1, ...value.inputs.map((source) => ranks.get(source)!)))
  return all.filter(({ inputs }) => inputs.length > 0).sort((a, b) => ranks.get(a)! - ranks.get(b)!)
}

function scheduleOf(program: Program): Schedule {
  const order = computationOrder([...Object.values(program.outputs), ...program.updates.map(({ value }) => value)])
  const lastRead = new Map<Value, number>()
  for (const [index, value] of order.entries()) {
    lastRead.set(ownerOf(value), index)
    for (const source of value.inputs) lastRead.set(ownerOf(source), index)
  }
  for (const value of Object.values(program.outputs)) lastRead.set(ownerOf(value), order.length)
  for (const { value, mode } of program.updates) if (mode === 'replace') lastRead.set(ownerOf(value), order.length)
  return { order, lastRead }
}

/**
 * The most bytes that a run holds at once beside its inputs and state: results still to be read, outputs, and what ops
 * need while they compute (their `scratch`). `sizes` binds the program's dims. Sums into state count as done in place.
 */
export function peakBytes(program: Program, sizes: ReadonlyMap<string, number>): number {
  const size = (dim: Dim): number => evaluateDim(dim, sizes)
  const { order, lastRead } = scheduleOf(program)
  const ends = new Map<number, number>()
  let held = 0
  let peak = 0
  for (const [index, value] of order.entries()) {
    if (ownerOf(value) === value) {
      const own = bytesOf(value, size)
      held += own
      const end = lastRead.get(value)!
      ends.set(end, (ends.get(end) ?? 0) + own)
    }
    peak = Math.max(peak, held + 4 * (value.op.scratch?.(value, size) ?? 0))
    held -= ends.get(index) ?? 0
  }
  return peak
}

/** Bytes of a program's outputs. */
export function outputBytes({ outputs }: Program, sizes: ReadonlyMap<string, number>): number {
  return Object.values(outputs).reduce((sum, value) => sum + bytesOf(value, (dim) => evaluateDim(dim, sizes)), 0)
}

function bytesOf(value: Value, size: (dim: Dim) => number): number {
  const results = value.parts ?? [value]
  return results.reduce(
    (sum, { shape, dtype }) => sum + shape.reduce<number>((n, dim) => n * size(dim), bytesPerElement[dtype]),
    0,
  )
}
