/** Prompts through the model once each: rows of a group share their prompt's keys and values. */
import type { Executor, Tensor } from '../engine/executor.ts'
import type { ModelConfig } from './config.ts'
import type { ProgramCache } from './program-cache.ts'
import { cacheNames, prefillProgram } from './sampling-programs.ts'

interface PrefillContext {
  readonly config: ModelConfig
  readonly executor: Executor
  readonly programs: ProgramCache
}

/** Distinct prompts in order of appearance, and each row's place among them. */
function distinct(prompts: readonly Int32Array[]): { unique: Int32Array[]; places: Int32Array } {
  const known = new Map<string, number>()
  const unique: Int32Array[] = []
  const places = Int32Array.from(prompts, (prompt) => {
    const key = prompt.join()
    const place = known.get(key) ?? unique.push(prompt) - 1
    known.set(key, place)
    return place
  })
  return { unique, places }
}

/** Left-padded, time-major ids and positions [time, batch], and each row's first real time [batch]. */
function leftPadded(prompts: readonly Int32Array[], time: number): Record<string, Tensor> {
  const batch = prompts.length
  const ids = new Int32Array(time * batch)
  const positions = new Int32Array(time * batch)
  const starts = Int32Array.from(prompts, (prompt) => time - prompt.length)
  for (const [row, prompt] of prompts.entries()) {
    for (const [position, id] of prompt.entries()) {
      const place = (starts[row]! + position) * batch + row
      ids[place] = id
      positions[place] = position
    }
  }
  const shape = [time, batch]
  return { ids: { shape, data: ids }, positions: { shape, data: positions }, starts: { shape: [batch], data: starts } }
}

/**
 * Fills the caches (room for `capacity` times) from the prompts and returns the hidden state at each row's last prompt
 * token [rows, hiddenSize]. `longest` is the longest prompt's length.
 */
export async function prefill(
  { config, executor, programs }: PrefillContext,
  prompts: readonly Int32Array[],
  longest: number,
  capacity: number,
): Promise<Tensor> {
  const { unique, places } = distinct(prompts)
  const width = config.keyValueHeadCount * config.headDim
  for (const name of cacheNames(config)) {
    executor.createCache(name, { capacity: longest, rowShape: [unique.length, width] })
  }
  const program = await programs('prefill', () => prefillProgram(config))
  const { hidden } = await program.run(leftPadded(unique, longest))
  for (const name of cacheNames(config)) executor.selectCacheEntries(name, places, capacity)
  const rows = new Float32Array(places.length * config.hiddenSize)
  for (const [row, place] of places.entries()) {
    const source = place * config.hiddenSize
    rows.set((hidden!.data as Float32Array).subarray(source, source + config.hiddenSize), row * config.hiddenSize)
  }
  return { shape: [places.length, config.hiddenSize], data: rows }
}
