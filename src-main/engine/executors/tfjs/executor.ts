/** Programs on TensorFlow.js tensors. State stays with the backend; inputs and outputs are copied on every run. */
import * as tf from '@tensorflow/tfjs-core'
import { evaluateDim, sizeOfShape } from '../../dims.ts'
import type {
  CacheEntries,
  CacheOptions,
  CompiledProgram,
  Executor,
  GatheredSize,
  RunOptions,
  StateOptions,
  Tensor,
} from '../../executor.ts'
import { type DType, nameOf, type Program, type TensorData } from '../../graph.ts'
import { bindLeaves, dtypeOf, type Leaf, renameState, requireEntries } from '../binding.ts'
import { selectBackend, type TfjsBackend } from './backend.ts'
import { type Call, type Plan, planOf } from './plan.ts'

/** A state's tensor; a cache has a capacity beyond the rows it holds. */
interface Held {
  readonly tensor: tf.Tensor
  readonly capacity?: number
}

/** What a run computes on: tensors by slot, and the sizes of symbolic dims. */
interface Frame {
  readonly slots: tf.Tensor[]
  readonly sizes: ReadonlyMap<string, number>
}

/** A tensor of its own: the plain backend would keep a reference to the given array. */
function upload(data: TensorData, shape: readonly number[]): tf.Tensor {
  return tf.tensor(data.slice(), [...shape], dtypeOf(data))
}

function download(tensor: tf.Tensor): Tensor {
  return { shape: tensor.shape, data: tensor.dataSync().slice() as TensorData }
}

function perform({ value, lowering, inputs, results, frees }: Call, { slots, sizes }: Frame): void {
  const size = (dim: number | string) => evaluateDim(dim, sizes)
  const context = { attrs: value.attrs, shape: value.shape.map(size), size }
  const made = tf.tidy(() => {
    const tensors = lowering(
      inputs.map((slot) => slots[slot]!),
      context,
    )
    return Array.isArray(tensors) ? tensors : [tensors]
  })
  for (const [index, slot] of results.entries()) slots[slot] = made[index]!
  for (const slot of frees) slots[slot]!.dispose()
}

/** Entries (axis 1) of a cache's last `rows` rows, zeros before its first. */
function gathered(source: tf.Tensor, entries: Int32Array, rows: number): tf.Tensor {
  const [held, , ...rest] = source.shape as [number, number, ...number[]]
  const taken = Math.min(rows, held)
  const missing = tf.zeros([rows - taken, entries.length, ...rest])
  if (taken === 0 || entries.length === 0) return tf.zeros([rows, entries.length, ...rest])
  const last = tf.slice(source, [held - taken], [taken])
  return tf.concat([missing, tf.gather(last, tf.tensor1d(entries, 'int32'), 1)], 0)
}

class TfjsExecutor implements Executor {
  readonly name = 'tfjs'
  readonly #states = new Map<string, Held>()

  compile(program: Program): Promise<CompiledProgram> {
    const plan = planOf(program)
    return Promise.resolve({
      program,
      // Awaited nowhere inside, so that no other run's tensors meet this one's.
      run: async (inputs, options = {}) => this.#run(program, plan, inputs, options),
      release: () => Promise.resolve(),
    })
  }

  #run(program: Program, plan: Plan, inputs: Readonly<Record<string, Tensor>>, { rename = {} }: RunOptions) {
    const actual = (name: string) => renameState(name, rename)
    return tf.tidy(() => {
      const frame = this.#bind(program, plan, inputs, actual)
      this.#requireRoom(program, actual, frame.sizes)
      for (const call of plan.calls) perform(call, frame)
      const outputs = [...plan.outputs].map(([name, slot]) => [name, download(frame.slots[slot]!)] as const)
      const next = program.updates.map(({ state, mode }, index) =>
        this.#updated(actual(state), mode, frame.slots[plan.updates[index]!]!),
      )
      for (const [index, { state }] of program.updates.entries()) this.#hold(actual(state), next[index]!)
      return Object.fromEntries(outputs) as unknown as tf.TensorContainer
    }) as unknown as Record<string, Tensor>
  }

  /** Uploads the inputs and checks all leaves against their declarations. */
  #bind(
    program: Program,
    plan: Plan,
    inputs: Readonly<Record<string, Tensor>>,
    actual: (name: string) => string,
  ): Frame {
    const slots: tf.Tensor[] = []
    const leaves: Leaf[] = []
    for (const value of program.inputs) {
      const name = nameOf(value)
      const tensor = inputs[name]
      if (!tensor) throw new Error(`The program "${program.name}" needs the input "${name}".`)
      const what = `Input "${name}" of "${program.name}"`
      leaves.push({ what, value, shape: tensor.shape, dtype: dtypeOf(tensor.data) })
    }
    for (const value of program.states) {
      const name = actual(nameOf(value))
      const { tensor, capacity } = this.#get(name)
      if (capacity !== undefined && tensor.shape[0] === 0)
        throw new Error(`"${program.name}" reads "${name}", which is empty.`)
      const what = `State "${name}" of "${program.name}"`
      leaves.push({ what, value, shape: tensor.shape, dtype: tensor.dtype as DType })
    }
    const sizes = new Map<string, number>()
    bindLeaves(leaves, sizes)
    for (const [name, slot] of plan.inputs) slots[slot] = upload(inputs[name]!.data, inputs[name]!.shape)
    for (const [name, slot] of plan.states) slots[slot] = this.#get(actual(name)).tensor
    return { slots, sizes }
  }

  #requireRoom({ updates }: Program, actual: (name: string) => string, sizes: ReadonlyMap<string, number>): void {
    for (const { state, value, mode } of updates) {
      if (mode !== 'append') continue
      const rows = evaluateDim(value.shape[0]!, sizes)
      const { tensor, capacity } = this.#cache(actual(state))
      const used = tensor.shape[0]!
      if (used + rows > capacity) {
        throw new Error(`The cache "${actual(state)}" holds ${used} of ${capacity} rows and cannot take ${rows} more.`)
      }
    }
  }

  /** A state's content after an update, as a tensor of its own. */
  #updated(name: string, mode: 'replace' | 'accumulate' | 'append', value: tf.Tensor): Held {
    if (mode === 'replace') return { tensor: tf.clone(value) }
    if (mode === 'accumulate') return { tensor: tf.add(this.#get(name).tensor, value) }
    const { tensor, capacity } = this.#cache(name)
    return { tensor: tf.concat([tensor, value], 0), capacity }
  }

  /** Puts a state in place of the one before; its tensor outlives the scope it was made in. */
  #hold(name: string, state: Held): void {
    tf.keep(state.tensor)
    this.#states.get(name)?.tensor.dispose()
    this.#states.set(name, state)
  }

  #get(name: string): Held {
    const state = this.#states.get(name)
    if (!state) throw new Error(`There is no state "${name}".`)
    return state
  }

  #cache(name: string): Required<Held> {
    const { tensor, capacity } = this.#get(name)
    if (capacity === undefined) throw new Error(`The state "${name}" is not a cache.`)
    return { tensor, capacity }
  }

  createState(name: string, { shape, dtype = 'float32', data }: StateOptions): void {
    if (data && (data.length !== sizeOfShape(shape) || dtypeOf(data) !== dtype)) {
      throw new Error(`State "${name}": got ${data.length} elements, expected ${dtype} [${shape}].`)
    }
    this.#hold(name, { tensor: data ? tf.tensor(data, [...shape], dtype) : tf.zeros([...shape], dtype) })
  }

  createCache(name: string, { capacity, rowShape }: CacheOptions): void {
    this.#hold(name, { tensor: tf.zeros([0, ...rowShape]), capacity })
  }

  cacheLength(name: string): number {
    return this.#cache(name).tensor.shape[0]!
  }

  setCacheLength(name: string, length: number): void {
    const { tensor, capacity } = this.#cache(name)
    if (length < 0 || length > capacity)
      throw new Error(`The cache "${name}" has room for ${capacity} rows, not ${length}.`)
    const [held, ...row] = tensor.shape as [number, ...number[]]
    const origin = tensor.shape.map(() => 0)
    const next =
      length <= held
        ? tf.slice(tensor, origin, [length, ...row])
        : tf.pad(
            tensor,
            origin.map((_, axis): [number, number] => [0, axis === 0 ? length - held : 0]),
          )
    this.#hold(name, { tensor: next, capacity })
  }

  gatherCache(name: string, sources: readonly CacheEntries[], { rows, capacity }: GatheredSize): void {
    if (rows > capacity) throw new Error(`The cache "${name}" has room for ${capacity} rows, not ${rows}.`)
    const parts = sources.map(({ from, entries }) => ({ from, entries, tensor: this.#cache(from).tensor }))
    for (const { from, entries, tensor } of parts) requireEntries(from, entries, tensor.shape[1]!)
    const tensor = tf.tidy(() => {
      const pieces = parts.map(({ tensor: source, entries }) => gathered(source, entries, rows))
      return pieces.length === 1 ? pieces[0]! : tf.concat(pieces, 1)
    })
    this.#hold(name, { tensor, capacity })
  }

  hasState(name: string): boolean {
    return this.#states.has(name)
  }

  readState(name: string): Tensor {
    return download(this.#get(name).tensor)
  }

  writeState(name: string, data: TensorData): void {
    const { shape, dtype } = this.#get(name).tensor
    this.createState(name, { shape, dtype: dtype as DType, data: data.slice() })
  }

  dropState(name: string): void {
    this.#states.get(name)?.tensor.dispose()
    this.#states.delete(name)
  }

  dispose(): Promise<void> {
    for (const name of [...this.#states.keys()]) this.dropState(name)
    return Promise.resolve()
  }
}

/**
 * An executor on TensorFlow.js. The backend is the whole process's: executors of one process share it.
 * Rejects when the backend's package is missing or cannot be loaded.
 */
export async function createTfjsExecutor({ backend }: { readonly backend: TfjsBackend }): Promise<Executor> {
  await selectBackend(backend)
  return new TfjsExecutor()
}
