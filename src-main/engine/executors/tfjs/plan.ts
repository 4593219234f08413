/** A program as a list of TensorFlow.js calls over numbered slots, each slot freed after its last reader. */
import { inputOp, nameOf, type Program, partOp, stateOp, topologicalOrder, type Value } from '../../graph.ts'
import { type Lowering, lowerings } from './lowering.ts'

export interface Call {
  readonly value: Value
  readonly lowering: Lowering
  readonly inputs: readonly number[]
  readonly results: readonly number[]
  /** Slots that nothing reads after this call. */
  readonly frees: readonly number[]
}

export interface Plan {
  readonly calls: readonly Call[]
  /** Slots of inputs and states by name, of outputs by name, of updates in the program's order. */
  readonly inputs: ReadonlyMap<string, number>
  readonly states: ReadonlyMap<string, number>
  readonly outputs: ReadonlyMap<string, number>
  readonly updates: readonly number[]
}

class Planner {
  readonly calls: Omit<Call, 'frees'>[] = []
  readonly inputs = new Map<string, number>()
  readonly states = new Map<string, number>()
  readonly #slots = new Map<Value, readonly number[]>()
  #count = 0

  /** Slots of a value's results, with the calls that fill them planned. */
  resolve(root: Value): readonly number[] {
    for (const value of topologicalOrder([root])) {
      if (!this.#slots.has(value)) this.#slots.set(value, this.#plan(value))
    }
    return this.#slots.get(root)!
  }

  #plan(value: Value): readonly number[] {
    // Leaves are found by name: two values that declare one input are one tensor.
    if (value.op === inputOp) return [this.#leaf(this.inputs, nameOf(value))]
    if (value.op === stateOp) return [this.#leaf(this.states, nameOf(value))]
    const inputs = value.inputs.map((source) => this.#slots.get(source)![0]!)
    if (value.op === partOp) return [this.#slots.get(value.inputs[0]!)![value.attrs.index as number]!]
    const lowering = lowerings[value.op.name]
    if (!lowering) {
      if (!value.op.expand) throw new Error(`The tfjs executor has no lowering for "${value.op.name}".`)
      return value.op.expand(value).map((result) => this.resolve(result)[0]!)
    }
    const results = (value.parts ?? [value]).map(() => this.#count++)
    this.calls.push({ value, lowering, inputs, results })
    return results
  }

  #leaf(slots: Map<string, number>, name: string): number {
    const slot = slots.get(name) ?? this.#count++
    slots.set(name, slot)
    return slot
  }
}

/** Plans a program. Throws for an op that has neither a lowering nor an expansion. */
export function planOf(program: Program): Plan {
  const planner = new Planner()
  const outputs = new Map(Object.entries(program.outputs).map(([name, value]) => [name, planner.resolve(value)[0]!]))
  const updates = program.updates.map(({ value }) => planner.resolve(value)[0]!)
  const { calls, inputs, states } = planner
  const lasting = new Set([...outputs.values(), ...updates, ...inputs.values(), ...states.values()])
  return { calls: withFrees(calls, lasting), inputs, states, outputs, updates }
}

function withFrees(calls: readonly Omit<Call, 'frees'>[], lasting: ReadonlySet<number>): Call[] {
  const seen = new Set(lasting)
  return calls
    .toReversed()
    .map((call) => {
      const frees = [...new Set([...call.inputs, ...call.results])].filter((slot) => !seen.has(slot))
      for (const slot of frees) seen.add(slot)
      return { ...call, frees }
    })
    .toReversed()
}
