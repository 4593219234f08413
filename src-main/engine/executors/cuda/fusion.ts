/** Which elementwise ops are computed in one kernel, and which reductions read an expression instead of memory. */
import { sizeOfShape } from '../../dims.ts'
import type { Value } from '../../graph.ts'
import { constantNumber } from './expand.ts'
import { isElementwise } from './generate/scalar.ts'

export interface Group {
  /** Elementwise values in the order of their computation; empty for a reduction of what lies in memory. */
  readonly members: readonly Value[]
  /** What members, or the reduction, read from memory. */
  readonly operands: readonly Value[]
}

export interface Partition {
  /** Values that no kernel of their own computes: some group holds them. */
  readonly inlined: ReadonlySet<Value>
  /** The group whose result is `root`: an elementwise value or a reduction. */
  readonly groupOf: (root: Value) => Group
}

const isReduction = ({ op }: Value) => op.name === 'reduceSum' || op.name === 'reduceMax'
const isScalar = ({ shape }: Value) => sizeOfShape(shape as readonly number[]) === 1
const sameSizes = (a: Value, b: Value) => String(a.shape) === String(b.shape)

/** More pointers than this in one kernel cost more registers than the passes they save. */
const mostOperands = 24

/** The root whose kernel can take in a value that `consumer` reads. */
function hostOf(value: Value, consumer: Value, rootOf: ReadonlyMap<Value, Value>): Value | undefined {
  if (isReduction(consumer)) return consumer
  const root = rootOf.get(consumer)
  if (!root) return undefined
  const iterated = isReduction(root) ? root.inputs[0]! : root
  return sameSizes(value, iterated) ? root : undefined
}

function consumersOf(order: readonly Value[]): Map<Value, Value[]> {
  const consumers = new Map<Value, Value[]>()
  for (const value of order)
    for (const source of new Set(value.inputs)) {
      const known = consumers.get(source)
      if (known) known.push(value)
      else consumers.set(source, [value])
    }
  return consumers
}

/**
 * Cuts a graph into groups. `pinned` values are read from memory by others than ops: outputs and updates; those `apart` are
 * computed by the kernel of another op. A value joins the kernel of its readers when all of them are in that one; a single
 * number is computed wherever it is read.
 */
export function partition(
  order: readonly Value[],
  pinned: ReadonlySet<Value>,
  apart: ReadonlySet<Value> = new Set(),
): Partition {
  const consumers = consumersOf(order)
  const rootOf = new Map<Value, Value>()
  const inlined = new Set<Value>()
  const weights = new Map<Value, number>()
  for (const value of order.toReversed()) {
    if (!isElementwise(value) || apart.has(value) || constantNumber(value) !== undefined) continue
    const readers = consumers.get(value) ?? []
    const hosts = new Set(readers.map((reader) => hostOf(value, reader, rootOf)))
    const [host] = hosts
    const weight = (host ? (weights.get(host) ?? 1) : 1) + value.inputs.length - 1
    const cheap = isScalar(value) && readers.every((reader) => isElementwise(reader) || isReduction(reader))
    if (!pinned.has(value) && readers.length > 0 && cheap) inlined.add(value)
    if (pinned.has(value) || hosts.size !== 1 || !host || weight > mostOperands) rootOf.set(value, value)
    else {
      rootOf.set(value, host)
      weights.set(host, weight)
      inlined.add(value)
    }
  }
  return { inlined, groupOf: (root) => collect(root, inlined) }
}

/** What is computed with a root, found from it: inlined values all the way to those in memory. */
function collect(root: Value, inlined: ReadonlySet<Value>): Group {
  const members: Value[] = []
  const operands: Value[] = []
  const seen = new Set<Value>()
  const visit = (value: Value): void => {
    if (seen.has(value) || constantNumber(value) !== undefined) return
    seen.add(value)
    if (value !== root && !inlined.has(value)) {
      operands.push(value)
      return
    }
    for (const source of value.inputs) visit(source)
    if (!isReduction(value)) members.push(value)
  }
  visit(root)
  return { members, operands }
}
