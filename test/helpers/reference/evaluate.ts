/** An independent evaluator of graphs in float64: no executor, no fused form, no broadcasting but its own. */
import { bindShape, type Dim, evaluateDim } from '../../../src-main/engine/dims.ts'
import type { Tensor } from '../../../src-main/engine/executor.ts'
import { inputOp, nameOf, partOp, stateOp, topologicalOrder, type Value } from '../../../src-main/engine/graph.ts'
import type { Nd } from './nd.ts'
import { primitives } from './primitives.ts'

/** Content of a leaf; float64 where a difference quotient needs it. */
export interface Feed {
  readonly shape: readonly number[]
  readonly data: Tensor['data'] | Float64Array
}

export type Feeds = Readonly<Record<string, Feed>>

/** Values of `roots` under inputs and state by name. Throws on an op that is neither primitive nor expandable. */
export function evaluate(roots: readonly Value[], feeds: Feeds): Nd[] {
  const sizes = new Map<string, number>()
  const order = topologicalOrder(roots)
  for (const value of order.filter(({ op }) => op === inputOp || op === stateOp)) {
    bindShape(nameOf(value), value.shape, feedOf(feeds, value).shape, sizes)
  }
  const known = new Map<Value, readonly Nd[]>()
  const size = (dim: Dim) => evaluateDim(dim, sizes)
  return roots.map((root) => evaluateRoot(root, feeds, known, size)[0]!)
}

function feedOf(feeds: Feeds, value: Value): Feed {
  const feed = feeds[nameOf(value)]
  if (!feed) throw new Error(`Nothing is fed to "${nameOf(value)}".`)
  return feed
}

type Known = Map<Value, readonly Nd[]>

function evaluateRoot(root: Value, feeds: Feeds, known: Known, size: (dim: Dim) => number): readonly Nd[] {
  for (const value of topologicalOrder([root])) {
    if (!known.has(value)) known.set(value, evaluateOne(value, feeds, known, size))
  }
  return known.get(root)!
}

function evaluateOne(value: Value, feeds: Feeds, known: Known, size: (dim: Dim) => number): readonly Nd[] {
  if (value.op === inputOp || value.op === stateOp) {
    const { shape, data } = feedOf(feeds, value)
    return [{ shape, data: data instanceof Float64Array ? data : Float64Array.from(data) }]
  }
  if (value.op === partOp) return [known.get(value.inputs[0]!)![value.attrs.index as number]!]
  const primitive = primitives[value.op.name]
  if (primitive) {
    const inputs = value.inputs.map((source) => known.get(source)![0]!)
    const result = primitive(inputs, { attrs: value.attrs, shape: value.shape.map(size), size })
    return 'shape' in result ? [result] : result
  }
  if (!value.op.expand) throw new Error(`The reference evaluator does not know "${value.op.name}".`)
  return value.op.expand(value).map((result) => evaluateRoot(result, feeds, known, size)[0]!)
}
