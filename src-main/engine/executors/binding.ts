/** What every executor does before a run: dtypes of data, names of states, and sizes bound from what is fed. */
import { bindShape, type Dim } from '../dims.ts'
import type { DType, TensorData, Value } from '../graph.ts'

export function allocate(dtype: DType, size: number): TensorData {
  if (dtype === 'float32') return new Float32Array(size)
  return dtype === 'int32' ? new Int32Array(size) : new Uint8Array(size)
}

export function dtypeOf(data: TensorData): DType {
  if (data instanceof Float32Array) return 'float32'
  return data instanceof Int32Array ? 'int32' : 'bool'
}

/** A declared input or state of a program beside the shape and dtype of what is fed to it. */
export interface Leaf {
  /** How an error names it. */
  readonly what: string
  readonly value: Value
  readonly shape: readonly number[]
  readonly dtype: DType
}

/** A number or a bare name, which binding checks at once. */
const isPlain = (dim: Dim) => typeof dim === 'number' || /^\w+$/.test(dim)

/** Binds all names first, so that a size made of them is checked whatever the order. Throws on a dtype or shape that does not fit. */
export function bindLeaves(leaves: readonly Leaf[], sizes: Map<string, number>): void {
  for (const { what, value, shape, dtype } of leaves) {
    if (dtype !== value.dtype) throw new Error(`${what} is ${dtype}, expected ${value.dtype}.`)
    bindShape(what, value.shape, shape, sizes)
  }
  for (const { what, value, shape } of leaves) {
    if (!value.shape.every(isPlain)) bindShape(what, value.shape, shape, sizes)
  }
}

/** A state's name under the renaming of a run. */
export function renameState(name: string, rename: Readonly<Record<string, string>>): string {
  const fits = (beginning: string) => name.startsWith(beginning) && /^([/.]|$)/.test(name.slice(beginning.length))
  const longest = Object.keys(rename)
    .filter(fits)
    .sort((a, b) => b.length - a.length)[0]
  return longest === undefined ? name : rename[longest] + name.slice(longest.length)
}

/** Throws when a cache of `count` entries has not all of `entries`. */
export function requireEntries(name: string, entries: Int32Array, count: number): void {
  const outside = entries.find((entry) => entry < 0 || entry >= count)
  if (outside === undefined) return
  throw new Error(`The cache "${name}" has entries 0 to ${count - 1}; entry ${outside} was asked for.`)
}
