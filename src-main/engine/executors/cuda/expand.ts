/** A program's graph in ops that have a lowering, with the sizes of a run in place of its symbolic ones. */
import { type Dim, evaluateDim, type Shape } from '../../dims.ts'
import { type Attributes, type Op, type Program, partOp, scalar, type Value } from '../../graph.ts'

/** Attributes with concrete numbers where they hold dims. */
function boundAttributes(attrs: Attributes, size: (dim: Dim) => number): Attributes {
  const bound: Record<string, Attributes[string]> = {}
  for (const [name, attribute] of Object.entries(attrs)) {
    const isDims = Array.isArray(attribute)
    const isDim = dimAttributes.has(name) && (typeof attribute === 'string' || typeof attribute === 'number')
    bound[name] = isDims ? (attribute as Shape).map(size) : isDim ? size(attribute as Dim) : attribute
  }
  return bound
}

/** Attributes that hold a dim; `axes` and `order` are lists of plain numbers, which stay what they are. */
const dimAttributes = new Set(['start', 'end', 'before', 'after', 'dim', 'length', 'rows', 'count', 'time', 'batch'])

export interface BoundProgram {
  readonly outputs: Readonly<Record<string, Value>>
  /** In the order of the program's updates. */
  readonly updates: readonly Value[]
}

/**
 * Expands every op that `lowers` refuses, and binds all dims. Values that were one stay one. Throws for an op that has
 * neither a lowering nor an expansion.
 */
export function boundProgram(
  program: Program,
  sizes: ReadonlyMap<string, number>,
  lowers: (op: Op) => boolean,
): BoundProgram {
  const size = (dim: Dim) => evaluateDim(dim, sizes)
  const done = new Map<Value, readonly Value[]>()
  const bind = (root: Value): Value => {
    for (const value of orderUntil(root, done)) {
      const values = boundValues(value)
      done.set(value, values)
      for (const bound of values) done.set(bound, [bound])
    }
    return done.get(root)![0]!
  }
  const boundValues = (value: Value): readonly Value[] => {
    if (value.op === partOp) return partOf(done.get(value.inputs[0]!)!, value)
    if (value.op.name === 'size') return [scalar(size(value.attrs.dim as Dim))]
    const inputs = value.inputs.map((source) => done.get(source)![0]!)
    const bound: Value = {
      ...value,
      inputs,
      attrs: value.op.name === 'constant' ? value.attrs : boundAttributes(value.attrs, size),
      shape: value.shape.map(size),
      ...(value.parts && { parts: value.parts.map((part) => ({ ...part, shape: part.shape.map(size) })) }),
    }
    if (value.inputs.length === 0 || lowers(bound.op)) return [bound]
    if (!value.op.expand) throw new Error(`The cuda executor has no lowering for "${value.op.name}".`)
    return bound.op.expand!(bound).map(bind)
  }
  return {
    outputs: Object.fromEntries(Object.entries(program.outputs).map(([name, value]) => [name, bind(value)])),
    updates: program.updates.map(({ value }) => bind(value)),
  }
}

/** What `root` depends on and is not done, each after its inputs. */
function orderUntil(root: Value, done: ReadonlyMap<Value, unknown>): Value[] {
  const order: Value[] = []
  const seen = new Set<Value>()
  const stack = [{ value: root, entered: false }]
  for (let top = stack.pop(); top; top = stack.pop()) {
    const { value, entered } = top
    if (entered) order.push(value)
    if (entered || seen.has(value) || done.has(value)) continue
    seen.add(value)
    stack.push({ value, entered: true })
    for (const source of value.inputs) stack.push({ value: source, entered: false })
  }
  return order
}

/** A result of an op that stays whole is read through its own `part`; of an expanded one it is what computes it. */
function partOf(tuple: readonly Value[], { op, attrs, shape, dtype }: Value): readonly Value[] {
  const index = attrs.index as number
  if (tuple.length > 1 || !tuple[0]!.parts) return [tuple[index]!]
  const typed = tuple[0]!.parts[index] ?? { shape, dtype }
  return [{ op, inputs: [tuple[0]!], attrs, shape: typed.shape, dtype }]
}

const folded = new WeakMap<Value, number | null>()

/** The number that a value holds everywhere, where it can be told without computing. */
export function constantNumber(value: Value): number | undefined {
  const known = folded.get(value)
  if (known !== undefined) return known ?? undefined
  const number = foldedNumber(value)
  folded.set(value, number ?? null)
  return number
}

function foldedNumber(value: Value): number | undefined {
  const { op, attrs, inputs, dtype } = value
  if (op.name === 'constant') {
    const data = attrs.data as ArrayLike<number>
    return data.length === 1 ? data[0] : undefined
  }
  if (op.name !== 'cast' && op.name !== 'reshape' && op.name !== 'broadcastTo') return undefined
  const source = constantNumber(inputs[0]!)
  if (source === undefined || op.name !== 'cast') return source
  return dtype === 'int32' ? Math.trunc(source) : dtype === 'bool' ? Number(source !== 0) : source
}
