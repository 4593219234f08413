/** Reverse mode as a graph rewrite. This walk knows no op by name but `part`, which only routes cotangents. */
import { sameShape } from './dims.ts'
import { input, partOp, substitute, topologicalOrder, type Value } from './graph.ts'
import { add } from './ops/elementwise.ts'

/** Values on a path from a wanted value to an output. */
function reachable(order: readonly Value[], wrt: readonly Value[]): Set<Value> {
  const wanted = new Set<Value>(wrt)
  for (const value of order) if (value.inputs.some((source) => wanted.has(source))) wanted.add(value)
  return wanted
}

type Cotangents = Map<Value, (Value | undefined)[]>

function accumulate(cotangents: Cotangents, target: Value, index: number, g: Value): void {
  const slots = cotangents.get(target) ?? []
  const present = slots[index]
  slots[index] = present ? add(present, g) : g
  cotangents.set(target, slots)
}

/**
 * Gradients of Σ outputs[i] · cotangents[i] with respect to `wrt`; undefined where none flows. An output without a
 * cotangent counts as constant. Throws when the path crosses a composite whose entry has no gradient, or a cotangent
 * does not fit its output.
 */
export function gradients(
  outputs: readonly Value[],
  cotangentsOfOutputs: readonly (Value | undefined)[],
  wrt: readonly Value[],
): (Value | undefined)[] {
  const order = topologicalOrder(outputs)
  const wanted = reachable(order, wrt)
  const cotangents: Cotangents = new Map()
  for (const [index, output] of outputs.entries()) {
    const g = cotangentsOfOutputs[index]
    if (!g) continue
    if (!sameShape(g.shape, output.shape)) {
      throw new Error(`The cotangent of output ${index} has shape [${g.shape}], expected [${output.shape}].`)
    }
    accumulate(cotangents, output, 0, g)
  }
  for (const value of order.reverse()) {
    const slots = cotangents.get(value)
    if (!slots || !wanted.has(value) || value.inputs.length === 0) continue
    if (value.op === partOp) {
      accumulate(cotangents, value.inputs[0]!, value.attrs.index as number, slots[0]!)
      continue
    }
    passThrough(value, slots, wanted, cotangents)
  }
  return wrt.map((value) => cotangents.get(value)?.[0])
}

function passThrough(
  value: Value,
  slots: readonly (Value | undefined)[],
  wanted: ReadonlySet<Value>,
  cotangents: Cotangents,
): void {
  const flags = value.inputs.map((source) => wanted.has(source))
  if (!value.op.gradient) {
    if (value.op.expand) throw new Error(`The op "${value.op.name}" has no gradient.`)
    return
  }
  const sources = value.op.gradient(value, slots, flags)
  value.inputs.forEach((source, index) => {
    const g = sources[index]
    if (g && flags[index]) accumulate(cotangents, source, 0, g)
  })
}

export interface Vjp {
  /** Values of the forward program that the backward program takes as inputs, by input name. */
  readonly residuals: Readonly<Record<string, Value>>
  /** Gradients in the order of `wrt`, as functions of state, residuals, cotangents and the forward program's inputs. */
  readonly gradients: readonly Value[]
}

/**
 * The vector-Jacobian product of a graph, cut in two programs. `cotangents` are inputs of the backward program, one
 * per output. `keep` picks which forward values become residuals (default: those of costly ops); whatever else the backward graph needs, it
 * recomputes from inputs, state and residuals. Throws when an entry of `wrt` is not reached.
 */
export function vjp(
  outputs: readonly Value[],
  cotangents: readonly (Value | undefined)[],
  wrt: readonly Value[],
  keep: (value: Value) => boolean = ({ op }) => op.costly === true,
): Vjp {
  const results = gradients(outputs, cotangents, wrt)
  const reached = results.map((value, index) => {
    if (!value) throw new Error(`No gradient reaches ${wrt[index]!.op.name} "${wrt[index]!.attrs.name ?? ''}".`)
    return value
  })
  // A value's place in the forward graph names it, so backward programs of other cotangents share one forward program.
  const places = new Map(topologicalOrder(outputs).map((value, place) => [value, `residual${place}`]))
  const kept = residualsOf(places, reached, keep)
  const replacements = new Map(kept.map((value) => [value, input(places.get(value)!, value.shape, value.dtype)]))
  const residuals = Object.fromEntries(kept.map((value) => [places.get(value)!, value]))
  return { residuals, gradients: substitute(reached, replacements) }
}

/** The forward values, nearest to the backward graph, that it reads and `keep` accepts. */
function residualsOf(
  forward: ReadonlyMap<Value, string>,
  backward: readonly Value[],
  keep: (value: Value) => boolean,
): Value[] {
  const kept = new Set<Value>()
  const seen = new Set<Value>()
  const stack = [...backward]
  for (let value = stack.pop(); value; value = stack.pop()) {
    if (seen.has(value)) continue
    seen.add(value)
    const computed = forward.has(value) && value.inputs.length > 0 && !value.parts
    if (computed && keep(value)) kept.add(value)
    else stack.push(...value.inputs)
  }
  return [...kept]
}
