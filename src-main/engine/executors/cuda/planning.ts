/** Plans of whole programs: computations in order, updates of state, outputs. */
import { sizeOfShape } from '../../dims.ts'
import { type Op, type Program, partOp, stateOp, type Value } from '../../graph.ts'
import { computationOrder } from '../../liveness.ts'
import { launchCommand, reads, writes } from './command.ts'
import type { Storage } from './driver.ts'
import { boundProgram, constantNumber } from './expand.ts'
import { partition } from './fusion.ts'
import { mapKernel } from './generate/map.ts'
import { isElementwise } from './generate/scalar.ts'
import { attendedAppends, joinedSums } from './joined.ts'
import { appendRows } from './lower/append.ts'
import { updatesInPlace } from './lower/optimizer.ts'
import { lowerings } from './lower/table.ts'
import { appendBuffer, type Planned, Planner, type Replacement, type Situation } from './planner.ts'
import { fewElements, roundable, type Uses } from './precision.ts'
import { type Buffer, denseView, isDense, type View } from './view.ts'

const addend = { name: 'addend', result: () => [] }

/** The sum that an `accumulate` update is. */
function sumInto(planner: Planner, state: Buffer, value: Value): View {
  const view = planner.view(value)
  const target = planner.scratch('accumulate', view.shape, state.storage)
  const left: Value = { op: stateOp, inputs: [], attrs: {}, shape: view.shape, dtype: 'float32' }
  const right: Value = { ...left, op: addend }
  const sum: Value = { ...left, op: { name: 'add', result: () => [] }, inputs: [left, right] }
  const operands = [
    { value: left, view: denseView(state, view.shape) },
    { value: right, view },
  ]
  const { launch, numbers } = mapKernel({
    shape: view.shape,
    members: [sum],
    operands,
    results: [{ value: sum, view: target }],
  })
  if (target.buffer.elements > 0)
    planner.add(
      launchCommand(
        'accumulate',
        launch,
        [...numbers, reads(operands[0]!.view), reads(view), writes(target)],
        [{ operand: state, result: target.buffer }],
      ),
    )
  return target
}

/** A view of a buffer that is wholly a value's own, so that it can become a state or leave the program. */
function owned(planner: Planner, what: string, view: View, taken: Set<Buffer>, storage: Storage): View {
  const { buffer } = view
  const own =
    buffer.storage === storage &&
    buffer.kind === 'scratch' &&
    isDense(view) &&
    sizeOfShape(view.shape) === buffer.elements &&
    !taken.has(buffer)
  const target = own ? view : planner.scratch(what, view.shape, storage)
  if (!own) planner.copy(what, view, target)
  taken.add(target.buffer)
  return target
}

/** Outputs of few elements are read on the host, in the program's own dtype. */
function leavingAs({ buffer }: View, { dtype, shape }: Value): Storage {
  return sizeOfShape(shape as readonly number[]) > fewElements ? buffer.storage : dtype
}

/** Plans a program. Throws for an op that has neither a lowering nor an expansion. */
export function planned(program: Program, situation: Situation): Planned {
  const stepsInPlace = updatesInPlace(program)
  const lowers = (op: Op) => (op.name === 'adamw' ? stepsInPlace : op.name in lowerings || isElementwise({ op }))
  const bound = boundProgram(program, situation.sizes, lowers)
  const roots = [...Object.values(bound.outputs), ...bound.updates]
  const order = computationOrder(roots)
  const rounded = situation.rounded ? roundable(order, usesOf(program, bound)) : new Set<Value>()
  const pinned = new Set(roots)
  const sums = joinedSums(order, pinned, (sum) => !situation.rounded || rounded.has(sum))
  const appends = situation.growing ? attendedAppends(order, program.updates, bound.updates) : new Set<string>()
  const apart = new Set([...sums.values()].map(({ sum }) => sum))
  const planner = new Planner(situation, order, partition(order, pinned, apart), rounded, { sums, appends })
  const pending = new Map<Value, number[]>()
  for (const [index, value] of bound.updates.entries()) pending.set(value, [...(pending.get(value) ?? []), index])
  const replacements: Replacement[] = []
  const taken = new Set<Buffer>()
  const update = (index: number) => applyUpdate(planner, program, index, bound.updates[index]!, replacements, taken)
  for (const value of order) {
    if (planner.partition.inlined.has(value) || constantNumber(value) !== undefined) continue
    if (value.op !== partOp) planner.view(value)
    for (const index of pending.get(value) ?? []) update(index)
    pending.delete(value)
  }
  for (const indices of pending.values()) for (const index of indices) update(index)
  const outputs = new Map(
    Object.entries(bound.outputs).map(([name, value]) => [
      name,
      owned(planner, name, planner.view(value), taken, leavingAs(planner.view(value), value)),
    ]),
  )
  return { commands: planner.commands, constants: planner.constants, outputs, replacements }
}

function usesOf({ updates: all }: Program, { outputs, updates: values }: ReturnType<typeof boundProgram>): Uses {
  const appended = values.filter((_, index) => all[index]!.mode === 'append')
  return {
    leaving: new Set(Object.values(outputs)),
    lasting: new Set(values.filter((value) => !appended.includes(value))),
  }
}

function applyUpdate(
  planner: Planner,
  { updates: all }: Program,
  index: number,
  value: Value,
  replacements: Replacement[],
  taken: Set<Buffer>,
): void {
  const { state: name, mode } = all[index]!
  const elements = sizeOfShape(value.shape as readonly number[])
  if (mode === 'append') {
    const storage = planner.situation.storageOf('state', name, value.dtype)
    if (planner.joins.appends.has(name)) return
    if (planner.length) {
      appendRows(planner, { name, storage }, value, value.shape[0] as number, planner.length)
      return
    }
    const buffer = planner.named('state', `${name} ${appendBuffer}`, storage, elements)
    planner.copy('append', planner.view(value), denseView(buffer, value.shape as readonly number[]))
    return
  }
  const state = planner.named('state', name, planner.situation.storageOf('state', name, value.dtype), elements)
  const next = mode === 'accumulate' ? sumInto(planner, state, value) : planner.view(value)
  if (next.buffer === state && next.offset === 0 && isDense(next)) return
  replacements.push({ state, value: owned(planner, 'replace', next, taken, state.storage).buffer })
}
