/** Prompts through the model once each: rows of a group share their prompt's keys and values. */
import type { CacheEntries, Executor, Tensor } from '../engine/executor.ts'
import type { ModelConfig } from './config.ts'
import type { ProgramCache } from './program-cache.ts'
import { cacheGroup, cacheNames, prefillProgram } from './sampling-programs.ts'
import { blocksFor } from './token-batch.ts'

export interface PrefillContext {
  readonly config: ModelConfig
  readonly executor: Executor
  readonly programs: ProgramCache
}

export interface Prefilled {
  /** The hidden state at each row's last prompt token [rows, hiddenSize]. */
  readonly hidden: Tensor
  /** The prompts as they went through the model, in the order of the rows. */
  readonly passes: readonly Pass[]
  /** Where the rows' keys and values are, for the cache of this name. */
  sources(name: string): CacheEntries[]
  /** Frees the prompts' caches. */
  release(): void
}

/** Bounds what one pass holds: padded tokens, unless a single prompt is longer. */
export const maxPassTokens = 4096

/** Distinct prompts that go through the model together, and the rows that begin with each. */
export interface Pass {
  readonly group: string
  readonly prompts: Int32Array[]
  /** Index among `prompts`, for each row of the pass. */
  readonly places: number[]
}

/** Cuts rows into passes, in order: a prompt that repeats at once is one prompt. */
function passesOf(prompts: readonly Int32Array[]): Pass[] {
  const passes: Pass[] = []
  let last: string | undefined
  for (const prompt of prompts) {
    const key = prompt.join()
    if (key !== last) passFor(passes, prompt).prompts.push(prompt)
    const pass = passes.at(-1)!
    pass.places.push(pass.prompts.length - 1)
    last = key
  }
  return passes
}

/** The last pass if the prompt fits in, else a new one. */
function passFor(passes: Pass[], prompt: Int32Array): Pass {
  const pass = passes.at(-1)
  if (pass && (pass.prompts.length + 1) * Math.max(prompt.length, longestOf(pass.prompts)) <= maxPassTokens) return pass
  const next = { group: `prompt${passes.length}`, prompts: [], places: [] }
  passes.push(next)
  return next
}

const longestOf = (prompts: readonly Int32Array[]) => Math.max(0, ...prompts.map(({ length }) => length))

/** Left-padded, time-major ids and positions [blocks, block, batch], and each row's first real time [batch]. */
function leftPadded(prompts: readonly Int32Array[], blocks: number, time: number): Record<string, Tensor> {
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
  const shape = [blocks, time / blocks, batch]
  return { ids: { shape, data: ids }, positions: { shape, data: positions }, starts: { shape: [batch], data: starts } }
}

/** Fills caches of the pass's own and returns the last hidden states [prompts, hiddenSize]. */
async function runPass(
  { config, executor, programs }: PrefillContext,
  { group, prompts }: Pass,
): Promise<Float32Array> {
  const longest = longestOf(prompts)
  const blocks = blocksFor(longest)
  const time = Math.ceil(longest / blocks) * blocks
  const width = config.keyValueHeadCount * config.headDim
  for (const name of cacheNames(config, group)) {
    executor.createCache(name, { capacity: time, rowShape: [prompts.length, width] })
  }
  const program = await programs(`prefill ${blocks}`, () => prefillProgram(config, blocks))
  const { hidden } = await program.run(leftPadded(prompts, blocks, time), { rename: { [cacheGroup]: group } })
  return hidden!.data as Float32Array
}

/** Runs the prompts of rows. The caches are in states of their own until `release`. */
export async function prefill(context: PrefillContext, prompts: readonly Int32Array[]): Promise<Prefilled> {
  const { config, executor } = context
  const passes = passesOf(prompts)
  const hidden = new Float32Array(prompts.length * config.hiddenSize)
  let row = 0
  for (const pass of passes) {
    const states = await runPass(context, pass)
    for (const place of pass.places) {
      const source = place * config.hiddenSize
      hidden.set(states.subarray(source, source + config.hiddenSize), row++ * config.hiddenSize)
    }
  }
  return {
    hidden: { shape: [prompts.length, config.hiddenSize], data: hidden },
    passes,
    sources: (name) =>
      passes.map(({ group, places }) => ({
        from: name.replace(cacheGroup, group),
        entries: Int32Array.from(places),
      })),
    release: () => {
      for (const { group } of passes) for (const name of cacheNames(config, group)) executor.dropState(name)
    },
  }
}
