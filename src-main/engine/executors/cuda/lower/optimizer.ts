/**
 * AdamW over all tensors of a program in one launch, in place. Moments in the host's memory come to the card and go back
 * in turns: while one is computed, the next is copied there and the one before back, each on a stream of its own (Ren et
 * al. 2021, "ZeRO-Offload", arXiv 2101.06840; here the card computes, so that results are the same bit for bit).
 */
import { nameOf, type Program, partOp, stateOp, type Value } from '../../../graph.ts'
import {
  type AddressOf,
  type Command,
  launchCommand,
  orderCommand,
  reads,
  spanOf,
  streamedCopies,
  type Touch,
  updates,
} from '../command.ts'
import { storageBytes } from '../driver.ts'
import { adamwLaunch, piecesOf, tensorTable } from '../kernels/multi-tensor.ts'
import type { Planner } from '../planner.ts'
import { slicedView, type View } from '../view.ts'
import type { Lowering } from './lowering.ts'
import { type Segment, turnsOf } from './turns.ts'

/** Inputs that the three results replace. */
const replaced = [0, 2, 3] as const
const scalarCount = 8
const bytesPerTensor = 48
const what = 'adamw'

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

/** What a stretch of a parameter is updated with, on the card. */
interface Operands {
  readonly parameter: Touch
  readonly gradient: Touch
  readonly moments: readonly [Touch, Touch]
  /** Where the moments lie between steps. */
  readonly home: readonly [Touch, Touch]
}

interface Turn {
  readonly operands: readonly Operands[]
  readonly launch: Command
}

function stretch(view: View, from: number, elements: number): Touch {
  const bytes = storageBytes[view.buffer.storage]
  return { ...updates(view), from: (view.offset + from) * bytes, bytes: elements * bytes }
}

function operandsOf(states: readonly View[], { start, elements, place }: Segment, slots?: readonly View[]): Operands {
  const [parameter, gradient, ...home] = states.map((view) => stretch(view, start, elements)) as [
    ...[Touch, Touch, Touch, Touch],
  ]
  const moments = slots?.map((view) => stretch(view, place, elements)) as [Touch, Touch] | undefined
  return { parameter, gradient: { ...gradient, access: 'read' }, home, moments: moments ?? home }
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
  const offloaded = steps.some(({ inputs }) => inputs.slice(2, 4).some((moment) => planner.isOffloaded(moment)))
  const turns = turnsOf(sizes, offloaded)
  const longest = Math.max(0, ...turns.map(({ elements }) => elements))
  const slot = () => [0, 1].map(() => planner.scratch(what, [longest], 'float32'))
  const slots = offloaded ? [slot(), slot()] : []
  const operands = turns.map(({ segments }, turn) =>
    segments.map((segment) => operandsOf(states[segment.tensor]!, segment, slots[turn % 2])),
  )
  const scalars = value.inputs.slice(4, 4 + scalarCount).map((input) => reads(planner.dense(input)))
  const launched = launches(planner, operands, scalars)
  if (offloaded) inTurns(planner, launched)
  else for (const { launch } of launched) planner.add(launch)
  return planner.definition(value)!
}

/** A launch per turn, over one table of all tensors. */
function launches(planner: Planner, turns: readonly (readonly Operands[])[], scalars: readonly Touch[]): Turn[] {
  const all = turns.flat()
  const elementsOf = ({ parameter: { bytes } }: Operands) => bytes / storageBytes.float32
  const list = piecesOf(all.map(elementsOf))
  if (list.length === 0) return []
  const pieces = planner.constant(list, [list.length / 2, 2], 'int32')
  const table = planner.constant(new Uint8Array(bytesPerTensor * all.length), [bytesPerTensor * all.length], 'bool')
  const prepare = tableWriter(table, all)
  let done = 0
  return turns.map((operands) => {
    const count = piecesOf(operands.map(elementsOf)).length / 2
    const own = slicedView(pieces, 0, done, done + count)
    done += count
    const command = launchCommand(what, adamwLaunch('float32', count), [reads(table), reads(own), ...scalars])
    const touches = operands.flatMap(({ parameter, gradient, moments }) => [parameter, gradient, ...moments])
    return { operands, launch: { ...command, prepare, touches: [...command.touches, ...touches] } }
  })
}

/** Writes the table of addresses when they are others than last time. */
function tableWriter(table: View, operands: readonly Operands[]): NonNullable<Command['prepare']> {
  let written = ''
  return (driver, addressOf) => {
    const rows = tensorTable(operands.map((each) => addressesOf(each, addressOf)))
    const text = rows.join()
    if (text === written) return
    const bytes = new Uint8Array(rows.buffer)
    driver.upload({ address: addressOf(table.buffer), bytes: bytes.length }, bytes)
    written = text
  }
}

function addressesOf({ parameter, gradient, moments: [first, second] }: Operands, addressOf: AddressOf) {
  const at = (touch: Touch) => spanOf(touch, addressOf).address
  return {
    ...{ parameter: at(parameter), gradient: at(gradient), first: at(first), second: at(second) },
    elements: parameter.bytes / storageBytes.float32,
  }
}

/** Launches with copies of the moments around them; two turns' moments are on the card at a time. */
function inTurns(planner: Planner, turns: readonly Turn[]): void {
  const move = (turn: Turn | undefined, to: 'moments' | 'home', from: 'moments' | 'home'): Command => {
    const copies = (turn?.operands ?? []).flatMap((each) =>
      [0, 1].map((moment) => ({
        to: { ...each[to][moment]!, access: 'write' } as const,
        from: { ...each[from][moment]!, access: 'read' } as const,
      })),
    )
    return streamedCopies(what, copies, to === 'moments' ? 'upload' : 'download')
  }
  planner.add(orderCommand(what, 'upload', 'compute'))
  planner.add(move(turns[0], 'moments', 'home'))
  for (const [index, turn] of turns.entries()) {
    planner.add(orderCommand(what, 'compute', 'upload'))
    // The next turn's place is free when the turn before this one is home.
    if (index > 0) planner.add(orderCommand(what, 'upload', 'download'))
    planner.add(move(turns[index + 1], 'moments', 'home'))
    planner.add(turn.launch)
    planner.add(orderCommand(what, 'download', 'compute'))
    planner.add(move(turn, 'home', 'moments'))
  }
  planner.add(orderCommand(what, 'compute', 'download'))
}

export const optimizers: Readonly<Record<string, Lowering>> = { adamw }
