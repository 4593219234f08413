/** Attention of new tokens over a cache, which it extends by them where it can. */
import { nameOf, stateOp, type Value } from '../../../graph.ts'
import { type AttentionSizes, sizesOf } from '../../../ops/attention.ts'
import { type Given, launchCommand, reads, updates, writes } from '../command.ts'
import { decodeAttentionLaunches } from '../kernels/decode-attention.ts'
import type { Storage } from '../kernels/prelude.ts'
import type { Planner } from '../planner.ts'
import type { View } from '../view.ts'
import type { Lowering } from './lowering.ts'

const absent = 0

/** The new tokens' rows are turned to the storage of the cache: of the two, they are the few. */
const cachedAttention: Lowering = (planner, value) => {
  const [keys, values] = [3, 4].map((index) => planner.aligned(value.inputs[index]!)) as [View, View]
  const storage = keys.buffer.storage as Storage
  const rows = [0, 1, 2].map((index) => planner.aligned(value.inputs[index]!, storage))
  const starts = value.inputs[5]
  const out = planner.resultOf(value, 0, storage)
  if (out.buffer.elements === 0) return [out]
  const sizes = sizesOf(value) as AttentionSizes & { time: number; batch: number }
  const { time: past, batch, heads, keyValueHeads, headDim } = sizes
  const { length, situation } = planner
  const append = appends(planner, value.inputs[3]!)
  const prompts = promptsOf(planner, value, storage)
  const shape = { storage, heads, keyValueHeads, headDim, prompts: prompts !== undefined, append }
  const { attend, join, scratch } = decodeAttentionLaunches(shape, {
    ...{ batch, multiprocessors: situation.multiprocessors },
    keys: (length ? past : past + 1) + (prompts?.time ?? 0),
  })
  const partial = scratch > 0 ? planner.scratch('cachedAttention', [scratch], 'float32') : undefined
  planner.add(
    launchCommand('cachedAttention', attend, [
      ...rows.map(reads),
      ...[keys, values].map(append ? updates : reads),
      writes(out),
      partial ? writes(partial) : absent,
      starts ? reads(planner.dense(starts)) : absent,
      ...(length ? [reads(length), 0] : [absent, past]),
      ...[batch, 1 / Math.sqrt(headDim)],
      ...(prompts?.given ?? []),
    ]),
  )
  if (join && partial)
    planner.add(launchCommand('cachedAttention', join, [reads(partial), writes(out), batch * heads, attend.grid[0]]))
  return [out]
}

interface Prompts {
  /** Rows of the prompts' caches. */
  readonly time: number
  readonly given: readonly Given[]
}

function promptsOf(planner: Planner, { inputs }: Value, storage: Storage): Prompts | undefined {
  const [keys, values, entries, lengths] = inputs.slice(6)
  if (!keys || !values || !entries || !lengths) return undefined
  const caches = [keys, values].map((cache) => reads(planner.aligned(cache, storage)))
  const places = [entries, lengths].map((each) => reads(planner.dense(each)))
  const [time, count] = keys.shape as readonly number[]
  return { time: time!, given: [...caches, ...places, time!, count!] }
}

const appends = ({ joins }: Planner, cache: Value): boolean => cache.op === stateOp && joins.appends.has(nameOf(cache))

export const cachedAttentions: Readonly<Record<string, Lowering>> = {
  cachedAttention,
  promptedAttention: cachedAttention,
}
