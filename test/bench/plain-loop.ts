/**
 * The baseline of generation: a plain loop over tokens with padded batches, on the same graphs and executor. Every
 * response prefills its prompt, a batch runs until its last row ends, every step joins caches and new rows in fresh tensors.
 */
import type { Executor, Tensor } from '../../src-main/engine/executor.ts'
import { type Program, program, state } from '../../src-main/engine/graph.ts'
import { concat } from '../../src-main/engine/ops/structure.ts'
import type { ModelConfig } from '../../src-main/model/config.ts'
import {
  cacheNames,
  decodeProgram,
  firstTokenProgram,
  prefillProgram,
  type Sampler,
} from '../../src-main/model/sampling-programs.ts'
import { randomStream, uniform } from '../../src-main/util/rng.ts'

const sampler: Sampler = { kind: 'full', topK: 0 }

/** The decode step with caches that are replaced by longer ones. */
function concatenatingDecode(config: ModelConfig): Program {
  const { outputs, updates } = decodeProgram(config, sampler)
  const width = config.keyValueHeadCount * config.headDim
  const joined = updates.map(({ state: name, value }) => ({
    state: name,
    value: concat([state(name, ['past', 'batch', width]), value], 0),
    mode: 'replace' as const,
  }))
  return program('plainDecode', outputs, joined)
}

const integers = (shape: readonly number[], values: Iterable<number>): Tensor => ({
  shape,
  data: Int32Array.from(values),
})

/** Generates in batches of `maxSequences`; prompts of one length. Resolves to the response tokens, row by row. */
export async function plainLoop(
  executor: Executor,
  config: ModelConfig,
  prompts: readonly Int32Array[],
  { maxTokens, maxSequences, seed }: { maxTokens: number; maxSequences: number; seed: number },
): Promise<number[][]> {
  const [fill, first, decode] = await Promise.all(
    [prefillProgram(config, 1), firstTokenProgram(config, sampler), concatenatingDecode(config)].map((each) =>
      executor.compile(each),
    ),
  )
  const responses: number[][] = prompts.map(() => [])
  for (let start = 0; start < prompts.length; start += maxSequences) {
    const batch = prompts.slice(start, start + maxSequences)
    const rows = responses.slice(start, start + maxSequences)
    const draws = () => ({
      uniforms: {
        shape: [rows.length],
        data: Float32Array.from(rows, ({ length }, row) =>
          uniform(seed, randomStream.sampling, 0, start + row, length),
        ),
      },
      temperature: { shape: [], data: new Float32Array([1]) },
      topP: { shape: [], data: new Float32Array([1]) },
    })
    const ends = (row: readonly number[]) => row.length === maxTokens || config.eosTokenIds.includes(row.at(-1)!)
    const record = ({ tokens }: Record<string, Tensor>) =>
      rows.forEach((row, index) => void (row.length > 0 && ends(row) ? 0 : row.push(tokens!.data[index]!)))
    const starts = integers(
      [batch.length],
      batch.map(() => 0),
    )
    const hidden = await prefilled(executor, config, (inputs) => fill!.run({ ...inputs, starts }), batch)
    record(await first!.run({ hidden, ...draws() }))
    while (!rows.every(ends)) {
      const ids = integers(
        [rows.length],
        rows.map((row) => row.at(-1)!),
      )
      const positions = integers(
        [rows.length],
        rows.map((row, index) => batch[index]!.length + row.length - 1),
      )
      record(await decode!.run({ ids, positions, starts, ...draws() }))
    }
  }
  for (const compiled of [fill, first, decode]) await compiled!.release()
  for (const name of cacheNames(config)) executor.dropState(name)
  return responses
}

/** Prompts of one length through the model, time by time; their keys and values become plain states. */
async function prefilled(
  executor: Executor,
  config: ModelConfig,
  fill: (inputs: Record<string, Tensor>) => Promise<Record<string, Tensor>>,
  prompts: readonly Int32Array[],
): Promise<Tensor> {
  const time = prompts[0]!.length
  const width = config.keyValueHeadCount * config.headDim
  for (const name of cacheNames(config))
    executor.createCache(name, { capacity: time, rowShape: [prompts.length, width] })
  const times = Array.from({ length: time }, (_, position) => position)
  const shape = [1, time, prompts.length]
  const { hidden } = await fill({
    ids: integers(
      shape,
      times.flatMap((position) => prompts.map((prompt) => prompt[position]!)),
    ),
    positions: integers(
      shape,
      times.flatMap((position) => prompts.map(() => position)),
    ),
  })
  for (const name of cacheNames(config)) {
    const { shape, data } = executor.readState(name)
    executor.createState(name, { shape, data })
  }
  return hidden!
}
