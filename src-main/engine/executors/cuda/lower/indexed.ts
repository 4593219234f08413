/** Reads and additions at int32 indices. */
import { sizeOfShape } from '../../../dims.ts'
import type { Value } from '../../../graph.ts'
import { fillCommand, launchCommand, reads, writes } from '../command.ts'
import { storageBytes } from '../driver.ts'
import {
  gatherLastLaunch,
  gatherLaunch,
  gatherNumbers,
  type Summed,
  scatterAddLaunch,
  scatterLastLaunch,
} from '../kernels/indexed.ts'
import type { View } from '../view.ts'
import type { Lowering } from './lowering.ts'

const summed = ({ buffer }: View) => buffer.storage as Summed
const lastAxis = ({ shape }: View) => ({ rows: sizeOfShape(shape.slice(0, -1)), width: shape.at(-1)! })

export const indexed: Readonly<Record<string, Lowering>> = {
  gather: (planner, value) => {
    const [table, places] = value.inputs as [Value, Value]
    const shadow = planner.rounds(value) ? planner.shadow(table) : undefined
    const [source, indices] = [shadow ?? planner.aligned(table), planner.dense(places)]
    const { storage } = source.buffer
    const target = planner.scratch('gather', value.shape as readonly number[], storage)
    if (target.buffer.elements === 0) return [target]
    const axis = value.attrs.axis as number
    const sizes = {
      outer: sizeOfShape(source.shape.slice(0, axis)),
      rows: source.shape[axis]!,
      picks: sizeOfShape(indices.shape),
      inner: sizeOfShape(source.shape.slice(axis + 1)),
      bytes: storageBytes[storage] as 1 | 2 | 4,
    }
    const given = [reads(source), reads(indices), writes(target), ...gatherNumbers(sizes)]
    planner.add(launchCommand('gather', gatherLaunch(sizes), given))
    return [target]
  },
  scatterAdd: (planner, value) => {
    const [indices, source] = [planner.dense(value.inputs[0]!), planner.aligned(value.inputs[1]!)]
    const target = planner.resultOf(value)
    if (target.buffer.elements === 0) return [target]
    const [rows, count] = [target.shape[0]!, source.shape[0]!]
    const options = { updates: summed(source), result: summed(target), accumulate: false }
    const launch = scatterAddLaunch(options, rows, planner.situation.multiprocessors)
    const width = sizeOfShape(target.shape.slice(1))
    planner.add(
      launchCommand('scatterAdd', launch, [reads(indices), reads(source), writes(target), count, width, rows]),
    )
    return [target]
  },
  gatherLast: (planner, value) => {
    const [source, indices] = value.inputs.map((input) => planner.dense(input)) as [View, View]
    const { storage } = source.buffer
    const target = planner.scratch('gatherLast', value.shape as readonly number[], storage)
    if (target.buffer.elements === 0) return [target]
    const { rows, width: picks } = lastAxis(target)
    const launch = gatherLastLaunch(storageBytes[storage] as 1 | 2 | 4, rows, picks)
    const given = [reads(source), reads(indices), writes(target), rows, source.shape.at(-1)!, picks]
    planner.add(launchCommand('gatherLast', launch, given))
    return [target]
  },
  scatterLast: (planner, value) => {
    const [source, indices] = [planner.aligned(value.inputs[0]!), planner.dense(value.inputs[1]!)]
    const target = planner.resultOf(value, 0, source.buffer.storage)
    if (target.buffer.elements === 0) return [target]
    const { rows, width } = lastAxis(target)
    const picks = source.shape.at(-1)!
    if (picks === 0) planner.add(fillCommand('scatterLast', target, 0))
    else {
      const given = [reads(source), reads(indices), writes(target), width, picks]
      planner.add(launchCommand('scatterLast', scatterLastLaunch(summed(source), rows), given))
    }
    return [target]
  },
}
