/**
 * What is timed on a card: each kernel at the sizes of a model, with the bytes that it must move and the operations that it
 * must do on tensor cores. Buffers hold random numbers: zeros run faster than data.
 */
import { toBfloat16 } from '../../src-main/engine/executors/cuda/bfloat16.ts'
import type { Address, Argument, Driver } from '../../src-main/engine/executors/cuda/driver.ts'
import type { Launch } from '../../src-main/engine/executors/cuda/kernel.ts'
import { attentionLaunch } from '../../src-main/engine/executors/cuda/kernels/attention.ts'
import {
  attentionKeyGradLaunch,
  attentionProductsLaunch,
  attentionQueryGradLaunch,
} from '../../src-main/engine/executors/cuda/kernels/attention-grad.ts'
import { placingNumbers } from '../../src-main/engine/executors/cuda/kernels/attention-shape.ts'
import { decodeAttentionLaunches } from '../../src-main/engine/executors/cuda/kernels/decode-attention.ts'
import { swigluGradLaunch, swigluLaunch } from '../../src-main/engine/executors/cuda/kernels/elementwise.ts'
import { gatherLaunch, gatherNumbers, scatterAddLaunch } from '../../src-main/engine/executors/cuda/kernels/indexed.ts'
import {
  adamwLaunch,
  piecesOf,
  squaresLaunch,
  tensorTable,
} from '../../src-main/engine/executors/cuda/kernels/multi-tensor.ts'
import type { Storage } from '../../src-main/engine/executors/cuda/kernels/prelude.ts'
import { rmsNormGradLaunch, rmsNormLaunch } from '../../src-main/engine/executors/cuda/kernels/rms-norm.ts'
import { ropeLaunch } from '../../src-main/engine/executors/cuda/kernels/rope.ts'
import { greedyLaunch, sampleLaunch } from '../../src-main/engine/executors/cuda/kernels/sample.ts'
import { sampleFilteredLaunch } from '../../src-main/engine/executors/cuda/kernels/sample-filtered.ts'
import {
  logitsGradLaunch,
  tokenStateSize,
  tokenStatsLaunch,
} from '../../src-main/engine/executors/cuda/kernels/token-stats.ts'
import { normal, randomStream } from '../../src-main/util/rng.ts'

export interface ModelSizes {
  readonly width: number
  readonly inner: number
  readonly heads: number
  readonly keyValueHeads: number
  readonly headDim: number
  readonly vocabulary: number
  /** Sequences of a training step, each of `time` tokens. */
  readonly sequences: number
  readonly time: number
  /** Rows that are generated together over a cache of `past` tokens. */
  readonly rows: number
  readonly past: number
  /** Tokens whose logits exist at once. */
  readonly chunk: number
  /** Parameters of an optimizer step. */
  readonly parameters: number
}

/** Qwen2.5-1.5B with a step of 32k tokens. */
export const qwen: ModelSizes = {
  ...{ width: 1536, inner: 8960, heads: 12, keyValueHeads: 2, headDim: 128, vocabulary: 151_936 },
  ...{ sequences: 32, time: 1024, rows: 256, past: 1024, chunk: 2048, parameters: 200_000_000 },
}

export interface Workload {
  readonly name: string
  /** Puts the work on the compute stream. */
  readonly run: () => void
  /** The fewest bytes through device memory. */
  readonly bytes: number
  readonly operations: number
}

const bytesOf = { float32: 4, bfloat16: 2 } as const

/** Buffers by what they hold; freed all together. */
export class Workspace {
  readonly #driver: Driver
  readonly #blocks: Address[] = []
  readonly #noise: Readonly<Record<Storage, Uint8Array>>

  constructor(driver: Driver) {
    this.#driver = driver
    const floats = Float32Array.from({ length: 1 << 16 }, (_, index) => normal(1, randomStream.data, index))
    this.#noise = { float32: new Uint8Array(floats.buffer), bfloat16: new Uint8Array(toBfloat16(floats).buffer) }
  }

  #allocate(bytes: number): Address {
    const address = this.#driver.allocate(Math.max(16, bytes))
    this.#blocks.push(address)
    return address
  }

  /** Standard normal numbers, the same block of them again and again. */
  random(count: number, storage: Storage): Address {
    const bytes = count * bytesOf[storage]
    const address = this.#allocate(bytes)
    const noise = this.#noise[storage]
    const begin = noise.subarray(0, Math.min(noise.length, bytes))
    this.#driver.upload({ address, bytes: begin.length }, begin)
    for (let done = begin.length; done < bytes; done *= 2) {
      const more = Math.min(done, bytes - done)
      this.#driver.copy({ address: address + done, bytes: more }, { address, bytes: more })
    }
    return address
  }

  data(numbers: Int32Array | Float32Array | BigInt64Array): Address {
    const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength)
    const address = this.#allocate(bytes.length)
    this.#driver.upload({ address, bytes: bytes.length }, bytes)
    return address
  }

  launch(launch: Launch, ...given: readonly number[]): void {
    const values = given.map(
      (value, place): Argument =>
        launch.kernel.parameters[place] === 'pointer' && value !== 0
          ? { address: value, bytes: 0, access: 'update' }
          : value,
    )
    this.#driver.launch(launch, values)
  }

  release(): void {
    this.#driver.synchronize()
    for (const address of this.#blocks.splice(0)) this.#driver.free(address)
  }
}

type Make = (workspace: Workspace, sizes: ModelSizes, multiprocessors: number) => Workload[]

const storage = 'bfloat16'

const layers: Make = (space, { width, inner, heads, headDim, sequences, time }, multiprocessors) => {
  const tokens = sequences * time
  const [x, y, z, out] = [0, 1, 2, 3].map(() => space.random(tokens * width, storage)) as [
    number,
    number,
    number,
    number,
  ]
  const weight = space.random(width, storage)
  const [gate, up, g, dGate, dUp] = [0, 1, 2, 3, 4].map(() => space.random(tokens * inner, storage)) as number[]
  const table = space.random((time * headDim) / 2, 'float32')
  const positions = space.data(Int32Array.from({ length: tokens }, (_, token) => token % time))
  const row = tokens * width * 2
  const { launch: back, partials } = rmsNormGradLaunch({ storage, width, addend: true }, tokens, multiprocessors)
  const partial = space.random(partials * width, 'float32')
  const turn = ropeLaunch({ storage, headDim, inverse: false }, tokens, heads)
  const ids = space.data(Int32Array.from({ length: tokens }, (_, token) => (token * 7919) % tokens))
  const rows = { outer: 1, rows: tokens, picks: tokens, inner: width, bytes: 2 } as const
  return [
    {
      name: 'rmsNorm',
      operations: 0,
      bytes: 2 * row,
      run: () => space.launch(rmsNormLaunch({ storage, width }, tokens), x, weight, out, tokens, 1e-6),
    },
    {
      name: 'gradient of rmsNorm, with addend',
      ...{ operations: 0, bytes: 4 * row },
      run: () => space.launch(back, x, weight, y, z, out, partial, tokens, 1e-6),
    },
    {
      name: 'rope of queries',
      ...{ operations: 0, bytes: 4 * tokens * heads * headDim },
      run: () => space.launch(turn, x, positions, table, table, out, tokens, heads),
    },
    {
      name: 'swiglu',
      ...{ operations: 0, bytes: 6 * tokens * inner },
      run: () => space.launch(swigluLaunch(storage, tokens * inner), gate!, up!, dGate!, tokens * inner),
    },
    {
      name: 'gradient of swiglu',
      ...{ operations: 0, bytes: 10 * tokens * inner },
      run: () => space.launch(swigluGradLaunch(storage, tokens * inner), gate!, up!, g!, dGate!, dUp!, tokens * inner),
    },
    {
      name: 'gather of rows',
      ...{ operations: 0, bytes: 2 * row },
      run: () => space.launch(gatherLaunch(rows), x, ids, out, ...gatherNumbers(rows)),
    },
  ]
}

const attention: Make = (space, { heads, keyValueHeads, headDim, sequences, time }) => {
  const shape = { storage, heads, keyValueHeads, headDim } as const
  const tokens = sequences * time
  const wide = () => space.random(tokens * heads * headDim, storage)
  const narrow = () => space.random(tokens * keyValueHeads * headDim, storage)
  const [q, g, out, dq, k, v, dk, dv] = [wide(), wide(), wide(), wide(), narrow(), narrow(), narrow(), narrow()]
  const [statistics, products] = [space.random(tokens * heads, 'float32'), space.random(tokens * heads, 'float32')]
  const sizes = { time, batch: sequences }
  const firsts = space.data(Int32Array.from({ length: sequences }, (_, b) => b * time))
  const places = [firsts, 0, 0, ...placingNumbers(shape, sizes, true)]
  const [wideBytes, narrowBytes] = [2 * tokens * heads * headDim, 2 * tokens * keyValueHeads * headDim]
  // Causal: half of all pairs, and the diagonal.
  const product = sequences * heads * time * (time + 1) * headDim
  const operands = [q, k, v, g, statistics, products]
  return [
    {
      name: 'attention',
      ...{ operations: 2 * product, bytes: 2 * (wideBytes + narrowBytes) },
      run: () => space.launch(attentionLaunch(shape, sizes), q, k, v, out, statistics, ...places),
    },
    {
      name: 'products of attention',
      ...{ operations: 0, bytes: 2 * wideBytes },
      run: () => space.launch(attentionProductsLaunch(shape, sizes), out, g, products, ...places),
    },
    {
      name: 'attention, gradients of keys and values',
      ...{ operations: 4 * product, bytes: 2 * wideBytes + 4 * narrowBytes },
      run: () => space.launch(attentionKeyGradLaunch(shape, sizes), ...operands, dk, dv, ...places),
    },
    {
      name: 'attention, gradient of queries',
      ...{ operations: 3 * product, bytes: 3 * wideBytes + 2 * narrowBytes },
      run: () => space.launch(attentionQueryGradLaunch(shape, sizes), ...operands, dq, ...places),
    },
  ]
}

const generation: Make = (space, sizes, multiprocessors) => {
  const { heads, keyValueHeads, headDim, rows: batch, past, vocabulary } = sizes
  const shape = { storage, heads, keyValueHeads, headDim, append: false, prompts: false } as const
  const [q, out] = [0, 1].map(() => space.random(batch * heads * headDim, storage)) as [number, number]
  const [k, v] = [0, 1].map(() => space.random(batch * keyValueHeads * headDim, storage)) as [number, number]
  const [keys, values] = [0, 1].map(() => space.random(past * batch * keyValueHeads * headDim, storage)) as [
    number,
    number,
  ]
  const { attend, join, scratch } = decodeAttentionLaunches(shape, { batch, keys: past + 1, multiprocessors })
  const partial = scratch > 0 ? space.random(scratch, 'float32') : 0
  const logits = space.random(batch * vocabulary, 'float32')
  const [one, topP] = [space.data(Float32Array.of(1)), space.data(Float32Array.of(0.95))]
  const uniforms = space.data(Float32Array.from({ length: batch }, (_, row) => (row + 0.5) / batch))
  const [tokens, logprobs, entropies] = [0, 1, 2].map(() => space.random(batch, 'float32')) as [number, number, number]
  const given = [logits, one, tokens, logprobs, entropies, vocabulary, vocabulary]
  const bytes = 4 * batch * vocabulary
  return [
    {
      name: 'decode attention',
      ...{ operations: 0, bytes: 4 * past * batch * keyValueHeads * headDim },
      run: () => {
        space.launch(attend, q, k, v, keys, values, out, partial, 0, 0, past, batch, 1 / Math.sqrt(headDim))
        if (join) space.launch(join, partial, out, batch * heads, attend.grid[0])
      },
    },
    {
      name: 'sampling, greedy',
      operations: 0,
      bytes,
      run: () => space.launch(greedyLaunch('float32', batch), ...given),
    },
    {
      name: 'sampling from all',
      ...{ operations: 0, bytes },
      run: () => space.launch(sampleLaunch('float32', batch), ...given, uniforms),
    },
    {
      name: 'sampling, top-k 50, top-p 0.95',
      ...{ operations: 0, bytes },
      run: () =>
        space.launch(sampleFilteredLaunch('float32', batch), ...given, uniforms, topP, Math.min(50, vocabulary)),
    },
  ]
}

const statistics: Make = (space, { chunk, vocabulary, width, sequences, time }, multiprocessors) => {
  const logits = space.random(chunk * vocabulary, 'float32')
  const gradients = space.random(chunk * vocabulary, storage)
  const targets = space.data(Int32Array.from({ length: chunk }, (_, row) => (row * 7919) % vocabulary))
  const one = space.data(Float32Array.of(1))
  const state = space.random(chunk * tokenStateSize, 'float32')
  const [sums, entropies, dLogprobs, dEntropies] = [0, 1, 2, 3].map(() => space.random(chunk, 'float32')) as number[]
  const count = chunk * vocabulary
  const stats = (moments: boolean) => () =>
    space.launch(
      tokenStatsLaunch({ storage: 'float32', moments }, chunk),
      logits,
      targets,
      one,
      state,
      vocabulary,
      vocabulary,
      0,
      1,
    )
  const back = logitsGradLaunch({ storage: 'float32', result: storage }, chunk)
  const tokens = sequences * time
  const ids = space.data(Int32Array.from({ length: tokens }, (_, token) => (token * 7919) % vocabulary))
  const [updates, table] = [space.random(tokens * width, storage), space.random(vocabulary * width, 'float32')]
  const add = scatterAddLaunch({ updates: storage, result: 'float32', accumulate: true }, vocabulary, multiprocessors)
  return [
    { name: 'token statistics', operations: 0, bytes: 4 * count, run: stats(false) },
    { name: 'token statistics with moments', operations: 0, bytes: 4 * count, run: stats(true) },
    {
      name: 'gradient of logits',
      ...{ operations: 0, bytes: 6 * count },
      run: () =>
        space.launch(
          back,
          logits,
          gradients,
          targets,
          sums!,
          entropies!,
          dLogprobs!,
          dEntropies!,
          one,
          vocabulary,
          vocabulary,
          0,
        ),
    },
    {
      name: 'gradient of the embedding',
      // Each token's row is read, and the row of the table that it goes to is read and written.
      ...{ operations: 0, bytes: tokens * width * 10 },
      run: () => space.launch(add, ids, updates, table, tokens, width, vocabulary),
    },
  ]
}

const optimizer: Make = (space, { parameters }) => {
  const sizes = Array.from({ length: 8 }, () => Math.ceil(parameters / 8))
  const place = (kind: Storage) => sizes.map((size) => space.random(size, kind))
  const [weights, gradients, firsts, seconds, copies] = [
    ...[0, 1, 2, 3].map(() => place('float32')),
    place(storage),
  ] as number[][]
  const tensors = sizes.map((elements, index) => ({
    ...{ parameter: weights![index]!, gradient: gradients![index]!, first: firsts![index]! },
    ...{ second: seconds![index]!, copy: copies![index]!, elements },
  }))
  const pieces = piecesOf(sizes)
  const [table, list, partial] = [
    space.data(tensorTable(tensors)),
    space.data(pieces),
    space.random(pieces.length / 2, 'float32'),
  ]
  const scalars = [1e-5, 0.9, 0.999, 1e-8, 0.01, 0.1, 0.001, 1].map((x) => space.data(Float32Array.of(x)))
  const count = pieces.length / 2
  return [
    {
      name: 'AdamW',
      ...{ operations: 0, bytes: 30 * parameters },
      run: () => space.launch(adamwLaunch('float32', count), table, list, ...scalars),
    },
    {
      name: 'norm of the gradients',
      ...{ operations: 0, bytes: 4 * parameters },
      run: () => space.launch(squaresLaunch('float32', count), table, list, partial),
    },
  ]
}

/** Groups whose buffers exist at one time. */
export const workloads: readonly Make[] = [layers, attention, generation, statistics, optimizer]
