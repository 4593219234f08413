/** AdamW over all tensors of a program in one launch, in place. */
import { nameOf, type Program, partOp, stateOp, type Value } from '../../../graph.ts'
import { type Command, launchCommand, reads, type Touch, updates } from '../command.ts'
import { adamwLaunch, piecesOf, tensorTable } from '../kernels/multi-tensor.ts'
import type { Planner } from '../planner.ts'
import type { View } from '../view.ts'
import type { Lowering } from './lowering.ts'

/** Inputs that the three results replace. */
const replaced = [0, 2, 3] as const
const scalarCount = 8
const bytesPerTensor = 48

/** Whether every AdamW of a program updates states in place: then one launch takes them all. */
export function updatesInPlace({ updates: all }: Program): boolean {
  const steps = new Map<Value, Set<number>>()
  for (const { state, value, mode } of all) {
    const step = value.inputs[0]
    if (value.op !== partOp || step?.op.name !== 'adamw' || mode !== 'replace') return false
    const index = value.attrs.index as number
    const source = step.inputs[replaced[index]!]!
    if (source.op !== stateOp || nameOf(source) !== state || step.inputs[1]!.op !== stateOp) return false
    steps.set(step, (steps.get(step) ?? new Set()).add(index))
  }
  const [first] = steps.keys()
  const scalars = (step: Value) => step.inputs.slice(4)
  return (
    first !== undefined &&
    [...steps].every(
      ([step, parts]) => parts.size === 3 && scalars(step).every((each, i) => each === scalars(first)[i]),
    )
  )
}

function adamw(planner: Planner, value: Value): readonly View[] {
  const steps = planner.order.filter(({ op }) => op.name === 'adamw')
  const states = steps.map(({ inputs }) => inputs.slice(0, 4).map((input) => planner.view(input)))
  for (const [index, step] of steps.entries())
    planner.define(
      step,
      replaced.map((place) => states[index]![place]!),
    )
  const sizes = states.map(([parameter]) => parameter!.buffer.elements)
  const pieces = piecesOf(sizes)
  const views = planner.definition(value)!
  if (pieces.length === 0) return views
  const piecesView = planner.constant(pieces, [pieces.length], 'int32')
  const table = planner.constant(new Uint8Array(bytesPerTensor * steps.length), [bytesPerTensor * steps.length], 'bool')
  const scalars = value.inputs.slice(4, 4 + scalarCount).map((input) => reads(planner.dense(input)))
  const touches: Touch[] = states.flatMap(([parameter, gradient, first, second]) => [
    ...[updates(parameter!), reads(gradient!), updates(first!), updates(second!)],
  ])
  const launch = adamwLaunch('float32', pieces.length / 2)
  planner.add(
    withTable(launchCommand('adamw', launch, [reads(table), reads(piecesView), ...scalars]), touches, table, states),
  )
  return views
}

/** The table of addresses is written when they are others than last time. */
function withTable(
  command: Command,
  touches: readonly Touch[],
  table: View,
  states: readonly (readonly View[])[],
): Command {
  let written = ''
  return {
    ...command,
    touches: [...command.touches, ...touches],
    prepare: (driver, addressOf) => {
      const addresses = states.map(([parameter, gradient, first, second]) => ({
        parameter: addressOf(parameter!.buffer),
        gradient: addressOf(gradient!.buffer),
        first: addressOf(first!.buffer),
        second: addressOf(second!.buffer),
        elements: parameter!.buffer.elements,
      }))
      const rows = tensorTable(addresses)
      const text = rows.join()
      if (text === written) return
      const bytes = new Uint8Array(rows.buffer)
      driver.upload({ address: addressOf(table.buffer), bytes: bytes.length }, bytes)
      written = text
    },
  }
}

export const optimizers: Readonly<Record<string, Lowering>> = { adamw }
