/** Programs over caches that grow with every run: one plan serves them all when nothing but the cache's length changes. */
import { nameOf, type Program, stateOp, topologicalOrder, type Value } from '../../graph.ts'

/** Rows of a kernel's launch that walks to the cache's length read it from device memory, under this input's name. */
export const lengthInput = 'length of the caches'

const mentions = (value: unknown, dim: string): boolean =>
  Array.isArray(value)
    ? value.some((each) => mentions(each, dim))
    : typeof value === 'string' && new RegExp(`\\b${dim}\\b`).test(value)

const bareName = /^[A-Za-z]\w*$/

/** Ops that find the cache's length in device memory. */
const growing: ReadonlySet<string> = new Set(['cachedAttention', 'promptedAttention'])

export const readsGrowingCache = ({ op }: Value): boolean => growing.has(op.name)

function growsOnly(value: Value, dim: string): boolean {
  const reads = value.inputs.some((source) => source.op === stateOp && mentions(source.shape, dim))
  if (reads && !readsGrowingCache(value)) return false
  if (value.op === stateOp) return !mentions(value.shape.slice(1), dim)
  if (mentions(value.shape, dim)) return false
  const attributes = Object.entries(value.attrs).filter(([name]) => !(readsGrowingCache(value) && name === 'time'))
  return attributes.every(([name, attribute]) => name === 'name' || !mentions(attribute, dim))
}

/**
 * The size that is the length of the program's caches and of nothing else: read by attention over a cache, which can find
 * it in device memory. Undefined where there is none.
 */
export function growingSize({ outputs, updates, states }: Program): string | undefined {
  const appended = new Set(updates.filter(({ mode }) => mode === 'append').map(({ state }) => state))
  const names = states.filter((value) => appended.has(nameOf(value))).map(({ shape }) => shape[0])
  const [dim] = names
  if (typeof dim !== 'string' || !bareName.test(dim) || names.some((name) => name !== dim)) return undefined
  const all = topologicalOrder([...Object.values(outputs), ...updates.map(({ value }) => value)])
  return all.every((value) => growsOnly(value, dim)) ? dim : undefined
}
