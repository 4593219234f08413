/** Programs on onnxruntime. State lives in typed arrays, which the CPU provider reads without a copy. */
import './no-telemetry.ts'
import * as ort from 'onnxruntime-node'
import { type Dim, evaluateDim, sizeOfShape } from '../../dims.ts'
import {
  type CacheEntries,
  type CacheOptions,
  type CompiledProgram,
  type CompileOptions,
  type Executor,
  type GatheredSize,
  type RunOptions,
  releaseTensors,
  type StateOptions,
  type Tensor,
} from '../../executor.ts'
import {
  type DType,
  nameOf,
  type Program,
  type TensorData,
  type Update,
  type UpdateMode,
  type Value,
} from '../../graph.ts'
import { allocate, bindLeaves, dtypeOf, type Leaf, renameState, requireEntries } from '../binding.ts'
import { type AdamwPieces, adamwPieces, runAdamwPieces } from './adamw-pieces.ts'
import type { OrtProvider } from './builder.ts'
import { compileToOnnx, inputName, isSerial, outputName, stateName, updateName } from './compile.ts'

export interface OrtOptions {
  /** Default: `cpu`. A provider that cannot start makes `compile` fail. */
  readonly provider?: OrtProvider
  /** Threads of one run; default: onnxruntime's, one per physical core. */
  readonly threads?: number
  /** A path's beginning: each program's session leaves a profile there when it ends. */
  readonly profile?: string
}

/** A state's content; a cache has a capacity beyond the rows it holds. */
interface Held {
  shape: readonly number[]
  dtype: DType
  data: TensorData
  tensor: ort.Tensor
  capacity?: number
}

function toOrt(data: TensorData, shape: readonly number[]): ort.Tensor {
  return new ort.Tensor(dtypeOf(data), data as Float32Array, shape)
}

function held(shape: readonly number[], data: TensorData): Held {
  return { shape, data, dtype: dtypeOf(data), tensor: toOrt(data, shape) }
}

/** Copies entries of a cache's last rows into the last of `rows` rows of `target`, which are `stride` elements apart. */
function copyEntries({ data, shape }: Held, entries: Int32Array, target: Float32Array, rows: number, stride: number) {
  const [held, count] = shape as [number, number]
  const width = sizeOfShape(shape.slice(2))
  for (let row = Math.max(0, rows - held); row < rows; row++) {
    const source = (held - rows + row) * count
    for (const [place, entry] of entries.entries()) {
      const start = (source + entry) * width
      target.set(data.subarray(start, start + width) as Float32Array, row * stride + place * width)
    }
  }
}

/** Products over empty tensors end the process under WebGPU, other operations fail with the runtime's own words. */
function requireContent(leaves: readonly Leaf[]): void {
  const empty = leaves.find(({ shape }) => shape.includes(0))
  if (empty)
    throw new Error(`${empty.what} is empty ([${empty.shape}]), which the WebGPU provider cannot compute with.`)
}

/** A run cannot ask for other weights than the built-in ones. */
function requireUnmoved(frozen: readonly Value[], { rename = {} }: RunOptions): void {
  const moved = frozen.map(nameOf).find((name) => renameState(name, rename) !== name)
  if (moved) throw new Error(`The state "${moved}" is built into the program, so a run cannot rename it.`)
}

class OrtExecutor implements Executor {
  readonly name = 'ort'
  readonly #options: OrtOptions
  readonly #states = new Map<string, Held>()
  readonly #sessions = new Set<ort.InferenceSession>()
  /** States that a session has built in. */
  readonly #frozen = new Set<string>()
  #opened = 0

  constructor(options: OrtOptions) {
    this.#options = options
  }

  get #provider(): OrtProvider {
    return this.#options.provider ?? 'cpu'
  }

  async compile(whole: Program, { frozen: names = [] }: CompileOptions = {}): Promise<CompiledProgram> {
    // Pieces are for the caches of a CPU.
    const pieces = this.#provider === 'cpu' ? adamwPieces(whole) : undefined
    const frozen = pieces ? [] : whole.states.filter((value) => names.includes(nameOf(value)))
    const program = { ...whole, states: whole.states.filter((value) => !frozen.includes(value)) }
    const session = await this.#open(pieces?.piece ?? program, frozen)
    for (const value of frozen) this.#frozen.add(nameOf(value))
    return {
      program,
      run: (inputs, options = {}) => {
        requireUnmoved(frozen, options)
        return pieces
          ? this.#runPieces(session, program, pieces, inputs, options)
          : this.#run(session, program, inputs, options)
      },
      release: () => this.#close(session),
    }
  }

  async #open(program: Program, frozen: readonly Value[]): Promise<ort.InferenceSession> {
    const { profile } = this.#options
    const threads = isSerial(program) ? 1 : this.#options.threads
    const externalData = frozen.map((value) => {
      const { data } = this.#get(nameOf(value))
      return { path: stateName(nameOf(value)), data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) }
    })
    const session = await ort.InferenceSession.create(compileToOnnx(program, this.#provider, frozen), {
      ...(externalData.length > 0 && { externalData }),
      graphOptimizationLevel: 'all',
      enableMemPattern: false,
      // An arena keeps its peak for the life of its session, one per program; the system's allocator costs no time.
      enableCpuMemArena: false,
      logSeverityLevel: 3,
      executionProviders: [this.#provider],
      // Threads that spin at every operation's end stall each other when anything else wants a core.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
      ...(threads && { intraOpNumThreads: threads }),
      ...(profile && { enableProfiling: true, profileFilePrefix: `${profile}-${this.#opened++}` }),
    })
    this.#sessions.add(session)
    return session
  }

  async #close(session: ort.InferenceSession): Promise<void> {
    if (!this.#sessions.delete(session)) return
    if (this.#options.profile) session.endProfiling()
    await session.release()
  }

  async #run(
    session: ort.InferenceSession,
    program: Program,
    inputs: Readonly<Record<string, Tensor>>,
    { rename = {} }: RunOptions,
  ): Promise<Record<string, Tensor>> {
    const actual = (name: string) => renameState(name, rename)
    for (const { state } of program.updates) this.#requireLoose(actual(state))
    const { feeds, sizes } = this.#feeds(program, inputs, actual)
    const results = await session.run(feeds, this.#fetches(program, actual, sizes))
    for (const update of program.updates) this.#apply(update, actual(update.state), results[updateName(update.state)]!)
    return Object.fromEntries(
      Object.keys(program.outputs).map((name) => {
        const { dims, data } = results[outputName(name)]!
        return [name, { shape: dims, data: data as TensorData }]
      }),
    )
  }

  async #runPieces(
    session: ort.InferenceSession,
    program: Program,
    { steps }: AdamwPieces,
    inputs: Readonly<Record<string, Tensor>>,
    { rename = {} }: RunOptions,
  ): Promise<Record<string, Tensor>> {
    const actual = (name: string) => renameState(name, rename)
    const { feeds } = this.#feeds(program, inputs, actual)
    const scalars = Object.fromEntries(
      program.inputs.map((value) => inputName(nameOf(value))).map((name) => [name, feeds[name]!]),
    )
    for (const states of steps) {
      const { data } = this.#get(actual(states.parameter))
      await runAdamwPieces(session, scalars, data.length, (operand, start, end) =>
        toOrt(this.#get(actual(states[operand])).data.subarray(start, end), [end - start]),
      )
    }
    return {}
  }

  /** What a run is fed, checked against the program's declarations, and the sizes that bind its dims. */
  #feeds(program: Program, inputs: Readonly<Record<string, Tensor>>, actual: (name: string) => string) {
    const sizes = new Map<string, number>()
    const feeds: Record<string, ort.Tensor> = {}
    const leaves: Leaf[] = []
    for (const value of program.inputs) {
      const tensor = inputs[nameOf(value)]
      if (!tensor) throw new Error(`The program "${program.name}" needs the input "${nameOf(value)}".`)
      const what = `Input "${nameOf(value)}" of "${program.name}"`
      leaves.push({ what, value, shape: tensor.shape, dtype: dtypeOf(tensor.data) })
      feeds[inputName(nameOf(value))] = toOrt(tensor.data, tensor.shape)
    }
    for (const value of program.states) {
      const name = actual(nameOf(value))
      const { shape, dtype, tensor, capacity } = this.#get(name)
      // The runtime divides by the length of an empty cache, which ends the process.
      if (capacity !== undefined && shape[0] === 0)
        throw new Error(`"${program.name}" reads "${name}", which is empty.`)
      leaves.push({ what: `State "${name}" of "${program.name}"`, value, shape, dtype })
      feeds[stateName(nameOf(value))] = tensor
    }
    bindLeaves(leaves, sizes)
    if (this.#provider === 'webgpu') requireContent(leaves)
    return { feeds, sizes }
  }

  /** Appended rows and sums are written in place; everything else comes back in fresh arrays. */
  #fetches(program: Program, actual: (name: string) => string, sizes: ReadonlyMap<string, number>) {
    const fetches: Record<string, ort.Tensor | null> = {}
    for (const name of Object.keys(program.outputs)) fetches[outputName(name)] = null
    for (const { state, value, mode } of program.updates) {
      fetches[updateName(state)] = this.#target(mode, actual(state), value.shape[0]!, sizes)
    }
    return fetches
  }

  #target(
    mode: UpdateMode,
    name: string,
    rows: Dim | undefined,
    sizes: ReadonlyMap<string, number>,
  ): ort.Tensor | null {
    if (mode === 'append') return this.#appendTarget(name, rows!, sizes)
    // A sum reads each element before it writes the same one.
    return mode === 'accumulate' ? this.#get(name).tensor : null
  }

  #appendTarget(name: string, dim: Dim, sizes: ReadonlyMap<string, number>): ort.Tensor {
    const cache = this.#cache(name)
    const rows = evaluateDim(dim, sizes)
    const used = cache.shape[0]!
    if (used + rows > cache.capacity) {
      throw new Error(`The cache "${name}" holds ${used} of ${cache.capacity} rows and cannot take ${rows} more.`)
    }
    const shape = [rows, ...cache.shape.slice(1)]
    const width = sizeOfShape(cache.shape.slice(1))
    return toOrt(cache.data.subarray(used * width, (used + rows) * width), shape)
  }

  #apply({ mode }: Update, name: string, result: ort.Tensor): void {
    if (mode === 'append') this.setCacheLength(name, this.cacheLength(name) + result.dims[0]!)
    else if (mode === 'replace') this.#states.set(name, held(result.dims, result.data as TensorData))
  }

  #get(name: string): Held {
    const state = this.#states.get(name)
    if (!state) throw new Error(`There is no state "${name}".`)
    return state
  }

  #cache(name: string): Held & { capacity: number } {
    const cache = this.#get(name)
    if (cache.capacity === undefined) throw new Error(`The state "${name}" is not a cache.`)
    return cache as Held & { capacity: number }
  }

  #requireLoose(name: string): void {
    if (this.#frozen.has(name)) throw new Error(`The state "${name}" is built into a program and cannot change.`)
  }

  createState(name: string, { shape, dtype = 'float32', data }: StateOptions): void {
    const known = this.#states.get(name)
    if (!data && known && known.dtype === dtype && String(known.shape) === String(shape)) {
      known.data.fill(0)
      return
    }
    const content = data ?? allocate(dtype, sizeOfShape(shape))
    if (content.length !== sizeOfShape(shape) || dtypeOf(content) !== dtype) {
      throw new Error(`State "${name}": got ${content.length} elements, expected ${dtype} [${shape}].`)
    }
    this.#requireLoose(name)
    this.#states.set(name, held(shape, content))
  }

  createCache(name: string, { capacity, rowShape }: CacheOptions): void {
    const data = new Float32Array(capacity * sizeOfShape(rowShape))
    this.#setCache(name, data, [0, ...rowShape], capacity)
  }

  #setCache(name: string, data: TensorData, shape: readonly number[], capacity: number): void {
    const view = data.subarray(0, sizeOfShape(shape))
    this.#states.set(name, { shape, data, dtype: dtypeOf(data), tensor: toOrt(view, shape), capacity })
  }

  cacheLength(name: string): number {
    return this.#cache(name).shape[0]!
  }

  setCacheLength(name: string, length: number): void {
    const { data, shape, capacity } = this.#cache(name)
    if (length < 0 || length > capacity)
      throw new Error(`The cache "${name}" has room for ${capacity} rows, not ${length}.`)
    this.#setCache(name, data, [length, ...shape.slice(1)], capacity)
  }

  gatherCache(name: string, sources: readonly CacheEntries[], { rows, capacity }: GatheredSize): void {
    if (rows > capacity) throw new Error(`The cache "${name}" has room for ${capacity} rows, not ${rows}.`)
    const parts = sources.map(({ from, entries }) => ({ cache: this.#cache(from), entries, from }))
    const rowShape = parts[0]!.cache.shape.slice(2)
    const width = sizeOfShape(rowShape)
    const count = parts.reduce((sum, { entries }) => sum + entries.length, 0)
    const next = new Float32Array(capacity * count * width)
    let first = 0
    for (const { cache, entries, from } of parts) {
      requireEntries(from, entries, cache.shape[1]!)
      copyEntries(cache, entries, next.subarray(first * width), rows, count * width)
      first += entries.length
    }
    this.dropState(name)
    this.#setCache(name, next, [rows, count, ...rowShape], capacity)
  }

  hasState(name: string): boolean {
    return this.#states.has(name)
  }

  readState(name: string): Tensor {
    const { shape, data } = this.#get(name)
    return { shape, data: data.slice(0, sizeOfShape(shape)) }
  }

  writeState(name: string, data: TensorData): void {
    const { shape, dtype } = this.#get(name)
    this.createState(name, { shape, dtype, data: data.slice() })
  }

  dropState(name: string): void {
    const state = this.#states.get(name)
    // A cache's array is its own; a state's may be one that a run returned or a caller gave.
    if (state?.capacity !== undefined) releaseTensors([state])
    this.#states.delete(name)
  }

  async dispose(): Promise<void> {
    this.#states.clear()
    this.#frozen.clear()
    for (const session of [...this.#sessions]) await this.#close(session)
  }
}

/** An executor on one of onnxruntime's providers. */
export function createOrtExecutor(options: OrtOptions = {}): Executor {
  return new OrtExecutor(options)
}
