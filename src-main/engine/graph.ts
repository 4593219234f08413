import type { Dim, Shape } from './dims.ts'

export type DType = 'float32' | 'int32' | 'bool'
export type TensorData = Float32Array | Int32Array | Uint8Array

export type Attribute = number | string | boolean | undefined | readonly Dim[] | TensorData
export type Attributes = Readonly<Record<string, Attribute>>

/** Shape and dtype of one result. */
export interface Typed {
  readonly shape: Shape
  readonly dtype: DType
}

/**
 * A node of a tensor program. Immutable: a gradient, a rewrite or an expansion is a new graph.
 * A value of an op with several results (`parts`) is only ever read through `part(value, index)`.
 */
export interface Value extends Typed {
  readonly op: Op
  readonly inputs: readonly Value[]
  readonly attrs: Attributes
  readonly parts?: readonly Typed[]
}

/** The one entry of an op: how its result is shaped, how gradients flow, what it means in simpler ops. */
export interface Op {
  readonly name: string
  /** Result types; throws a plain Error when the inputs do not fit. Several results for a tuple op. */
  result(inputs: readonly Value[], attrs: Attributes): Typed | readonly Typed[]
  /**
   * Cotangents of the inputs (undefined where none flows), given the cotangent of each result in `cotangents`.
   * `wanted[i]` says whether input i leads to a wanted value. Absent: the op passes no gradient.
   */
  gradient?(
    value: Value,
    cotangents: readonly (Value | undefined)[],
    wanted: readonly boolean[],
  ): readonly (Value | undefined)[]
  /** Dear enough that its result is worth keeping for the backward pass instead of computing it again. */
  readonly costly?: boolean
  /** Elements that an executor holds while it computes the op, beside its inputs and results; absent: none to speak of. */
  scratch?(value: Value, size: (dim: Dim) => number): number
  /** The same results in simpler ops, for executors without a fused form. One value per result. */
  expand?(value: Value): readonly Value[]
}

export function apply(op: Op, inputs: readonly Value[], attrs: Attributes = {}): Value {
  const result = op.result(inputs, attrs)
  if ('dtype' in result) return { op, inputs, attrs, shape: result.shape, dtype: result.dtype }
  const first = result[0]
  if (!first) throw new Error(`${op.name} has no result.`)
  return { op, inputs, attrs, shape: first.shape, dtype: first.dtype, parts: result }
}

/** Leaves and projections: the ops that structure a graph rather than compute. */
export const inputOp: Op = { name: 'input', result: (_, attrs) => declared(attrs) }
export const stateOp: Op = { name: 'state', result: (_, attrs) => declared(attrs) }
export const constantOp: Op = { name: 'constant', result: (_, attrs) => declared(attrs) }
export const partOp: Op = {
  name: 'part',
  result: ([tuple], attrs) => {
    const typed = tuple?.parts?.[attrs.index as number]
    if (!typed) throw new Error(`${tuple?.op.name} has no result ${attrs.index}.`)
    return typed
  },
}

function declared(attrs: Attributes): Typed {
  return { shape: attrs.shape as Shape, dtype: attrs.dtype as DType }
}

/** Data fed on every run. */
export function input(name: string, shape: Shape, dtype: DType = 'float32'): Value {
  return apply(inputOp, [], { name, shape, dtype })
}

/** Data that lives with the executor: weights, moments, caches. */
export function state(name: string, shape: Shape, dtype: DType = 'float32'): Value {
  return apply(stateOp, [], { name, shape, dtype })
}

export function constant(data: TensorData, shape: readonly number[]): Value {
  const dtype: DType = data instanceof Float32Array ? 'float32' : data instanceof Int32Array ? 'int32' : 'bool'
  return apply(constantOp, [], { data, shape, dtype })
}

export function scalar(value: number): Value {
  return constant(new Float32Array([value]), [])
}

/** Result `index` of a tuple value. */
export function part(tuple: Value, index: number): Value {
  return apply(partOp, [tuple], { index })
}

export function nameOf(value: Value): string {
  return value.attrs.name as string
}

/** How a run changes state: the new value, an addition to it, or rows appended on its leading axis. */
export type UpdateMode = 'replace' | 'accumulate' | 'append'

export interface Update {
  readonly state: string
  readonly value: Value
  readonly mode: UpdateMode
}

/** A unit that an executor compiles: outputs and state updates as functions of inputs and state. */
export interface Program {
  readonly name: string
  readonly inputs: readonly Value[]
  readonly states: readonly Value[]
  readonly outputs: Readonly<Record<string, Value>>
  readonly updates: readonly Update[]
}

/** All values that `roots` depend on, each after its inputs. */
export function topologicalOrder(roots: readonly Value[]): Value[] {
  const order: Value[] = []
  const seen = new Set<Value>()
  const stack = roots.map((value) => ({ value, entered: false })).reverse()
  for (let top = stack.pop(); top; top = stack.pop()) {
    const { value, entered } = top
    if (entered) order.push(value)
    if (entered || seen.has(value)) continue
    seen.add(value)
    stack.push({ value, entered: true })
    for (const source of [...value.inputs].reverse())
      if (!seen.has(source)) stack.push({ value: source, entered: false })
  }
  return order
}

/**
 * Collects the inputs and state that outputs and updates need. Throws when two leaves share a name but not a type, or
 * a program has nothing to compute.
 */
export function program(
  name: string,
  outputs: Readonly<Record<string, Value>>,
  updates: readonly Update[] = [],
): Program {
  const roots = [...Object.values(outputs), ...updates.map((update) => update.value)]
  if (roots.length === 0) throw new Error(`The program "${name}" has neither outputs nor updates.`)
  const previous = updates
    .filter(({ mode }) => mode === 'accumulate')
    .map(({ state: stateName, value }) => state(stateName, value.shape, value.dtype))
  const order = topologicalOrder([...roots, ...previous])
  return { name, outputs, updates, inputs: leaves(name, order, inputOp), states: leaves(name, order, stateOp) }
}

function leaves(programName: string, order: readonly Value[], op: Op): Value[] {
  const byName = new Map<string, Value>()
  for (const value of order) {
    if (value.op !== op) continue
    const other = byName.get(nameOf(value))
    if (other && (String(other.shape) !== String(value.shape) || other.dtype !== value.dtype)) {
      throw new Error(
        `The program "${programName}" declares "${nameOf(value)}" as [${other.shape}] and [${value.shape}].`,
      )
    }
    if (!other) byName.set(nameOf(value), value)
  }
  return [...byName.values()]
}

/** The graph with every key of `replacements` cut out and its value put there; untouched parts are shared. */
export function substitute(roots: readonly Value[], replacements: ReadonlyMap<Value, Value>): Value[] {
  const done = new Map<Value, Value>(replacements)
  for (const value of topologicalOrder(roots)) {
    if (done.has(value)) continue
    const inputs = value.inputs.map((source) => done.get(source) ?? source)
    const changed = inputs.some((source, index) => source !== value.inputs[index])
    done.set(value, changed ? { ...value, inputs } : value)
  }
  return roots.map((root) => done.get(root) ?? root)
}
