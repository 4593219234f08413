/** A program at known sizes as a list of commands over buffers. */
import { sizeOfShape } from '../../dims.ts'
import { type DType, inputOp, nameOf, partOp, stateOp, type TensorData, type Value } from '../../graph.ts'
import { type Command, copyCommand, type Given, launchCommand, reads, writes } from './command.ts'
import { type Storage, storageBytes } from './driver.ts'
import type { Partition } from './fusion.ts'
import { mapKernel, sharesPlaces } from './generate/map.ts'
import { isElementwise } from './generate/scalar.ts'
import { lengthInput } from './growing.ts'
import type { JoinedSum } from './joined.ts'
import type { Lowering } from './lower/lowering.ts'
import { lowerings } from './lower/table.ts'
import { type Buffer, type BufferKind, denseView, isDense, type View } from './view.ts'

/** Bytes of the widest load of a thread. */
const widestLoad = 16

/** Where appended rows go: the run knows the first free row of the cache. */
export const appendBuffer = 'append'
/** A copy of a state in bfloat16. */
export const shadowBuffer = 'bfloat16'

/** What a plan is made for beside its program. */
export interface Situation {
  readonly sizes: ReadonlyMap<string, number>
  /** How a state or an input lies in memory. */
  readonly storageOf: (kind: 'state' | 'input', name: string, dtype: DType) => Storage
  /** Whether products of float32 may round their factors to tf32. */
  readonly tf32: boolean
  /** Whether caches are planned at their capacity, their length being an input on the device. */
  readonly growing: boolean
  /** Of growing caches, by name. */
  readonly capacities: ReadonlyMap<string, number>
  /** Whether activations are kept in bfloat16. */
  readonly rounded: boolean
  /** States in the host's memory, by name. */
  readonly offloaded?: ReadonlySet<string>
  /** Of the card. */
  readonly multiprocessors: number
}

export interface Constant {
  readonly buffer: Buffer
  readonly data: TensorData
}

/** A buffer copied into a state after everything that reads the state. */
export interface Replacement {
  readonly state: Buffer
  readonly value: Buffer
}

export interface Planned {
  readonly commands: readonly Command[]
  readonly constants: readonly Constant[]
  readonly outputs: ReadonlyMap<string, View>
  readonly replacements: readonly Replacement[]
}

/** What kernels take in beside their own op. */
export interface Joins {
  /** By the norm's gradient. */
  readonly sums: ReadonlyMap<Value, JoinedSum>
  /** Caches that attention appends to. */
  readonly appends: ReadonlySet<string>
}

export class Planner {
  readonly situation: Situation
  readonly commands: Command[] = []
  readonly constants: Constant[] = []
  readonly #views = new Map<Value, readonly View[]>()
  readonly #leaves = new Map<string, Buffer>()
  readonly #byProducts = new Map<Value, View>()
  readonly #partition: Partition
  readonly #roundable: ReadonlySet<Value>
  /** All that is computed, in order. */
  readonly order: readonly Value[]

  readonly joins: Joins

  constructor(
    situation: Situation,
    order: readonly Value[],
    groups: Partition,
    rounded: ReadonlySet<Value>,
    joins: Joins,
  ) {
    this.situation = situation
    this.joins = joins
    this.order = order
    this.#partition = groups
    this.#roundable = rounded
  }

  get partition(): Partition {
    return this.#partition
  }

  add(command: Command): void {
    this.commands.push(command)
  }

  launch(what: string, { launch, numbers }: ReturnType<typeof mapKernel>, pointers: readonly Given[]): void {
    this.add(launchCommand(what, launch, [...numbers, ...pointers]))
  }

  /** A dense view of a new buffer. */
  scratch(name: string, shape: readonly number[], storage: Storage): View {
    return denseView({ kind: 'scratch', storage, elements: sizeOfShape(shape), name }, shape)
  }

  /** Where a result of a value goes. */
  resultOf(value: Value, index = 0, storage?: Storage): View {
    const { shape, dtype } = value.parts?.[index] ?? value
    return this.scratch(value.op.name, shape as readonly number[], storage ?? dtype)
  }

  /** Where the numbers of a value lie; leaves come into being when they are first read. */
  view(value: Value): View {
    if (value.op === partOp) return this.#resolve(value.inputs[0]!)[value.attrs.index as number]!
    return this.#resolve(value)[0]!
  }

  #resolve(value: Value): readonly View[] {
    const known = this.#views.get(value)
    if (known) return known
    const made = this.#lower(value)
    this.#views.set(value, made)
    return made
  }

  #lower(value: Value): readonly View[] {
    const { op, dtype } = value
    const shape = value.shape as readonly number[]
    if (op === inputOp || op === stateOp) return [denseView(this.leaf(op.name as 'input' | 'state', value), shape)]
    if (op.name === 'constant') return [this.constant(value.attrs.data as TensorData, shape, dtype)]
    if (isElementwise(value)) return [this.#elementwise(value)]
    const lowering: Lowering | undefined = lowerings[op.name]
    if (!lowering) throw new Error(`The cuda executor has no lowering for "${op.name}".`)
    return lowering(this, value)
  }

  /** Says where the results of a value lie before it is asked for. */
  define(value: Value, views: readonly View[]): void {
    this.#views.set(value, views)
  }

  definition(value: Value): readonly View[] | undefined {
    return this.#views.get(value)
  }

  /** The caches' length [1] on the device, where a plan serves all lengths. */
  get length(): View | undefined {
    if (!this.situation.growing) return undefined
    return denseView(this.named('input', lengthInput, 'int32', 1), [1])
  }

  /** Rows that a cache is planned with. */
  capacityOf(name: string): number {
    return this.situation.capacities.get(name)!
  }

  /** Whether a value is a state in the host's memory. */
  isOffloaded(value: Value): boolean {
    return value.op === stateOp && (this.situation.offloaded?.has(nameOf(value)) ?? false)
  }

  /** Whether a value may be kept in bfloat16. */
  rounds(value: Value): boolean {
    return this.#roundable.has(value)
  }

  /**
   * A state's numbers in bfloat16, where activations are: a copy beside it that runs keep up to date. Undefined for what
   * is no state.
   */
  shadow(value: Value): View | undefined {
    if (value.op !== stateOp || !this.situation.rounded || value.dtype !== 'float32') return undefined
    const own = this.leaf('state', value)
    if (own.storage !== 'float32') return undefined
    const buffer = this.named('state', `${own.name} ${shadowBuffer}`, 'bfloat16', own.elements)
    return denseView(buffer, value.shape as readonly number[])
  }

  /** The buffer of an input or a state, found by name: two values that declare one are one. */
  leaf(kind: 'input' | 'state', value: Value): Buffer {
    const name = nameOf(value)
    const storage = this.situation.storageOf(kind, name, value.dtype)
    return this.named(kind, name, storage, sizeOfShape(value.shape as readonly number[]))
  }

  named(kind: BufferKind, name: string, storage: Storage, elements: number): Buffer {
    const key = `${kind} ${name}`
    const buffer = this.#leaves.get(key) ?? { kind, storage, elements, name }
    this.#leaves.set(key, buffer)
    return buffer
  }

  constant(data: TensorData, shape: readonly number[], dtype: DType): View {
    const buffer: Buffer = { kind: 'constant', storage: dtype, elements: data.length, name: 'constant' }
    this.constants.push({ buffer, data })
    return denseView(buffer, shape)
  }

  #elementwise(root: Value): View {
    const { members, operands } = this.#partition.groupOf(root)
    const rounded = this.rounds(root) && operands.some((value) => this.view(value).buffer.storage === 'bfloat16')
    const result = this.resultOf(root, 0, rounded ? 'bfloat16' : undefined)
    this.map(members.map(({ op }) => op.name).join('+') || root.op.name, members, operands, [
      { value: root, view: result },
    ])
    return result
  }

  /** Elementwise members over the shape of the results. */
  map(
    what: string,
    members: readonly Value[],
    operands: readonly Value[],
    results: readonly { readonly value: Value; readonly view: View }[],
  ): void {
    const { shape } = results[0]!.view
    if (sizeOfShape(shape) === 0) return
    const loaded = operands.map((value) => ({ value, view: this.view(value) }))
    const { launch, numbers } = mapKernel({ shape, members, operands: loaded, results })
    const given = [...loaded.map(({ view }) => reads(view)), ...results.map(({ view }) => writes(view))]
    const mayShare = loaded.flatMap(({ view }) =>
      results
        .filter((result) => sharesPlaces(view, result.view))
        .map((result) => ({ operand: view.buffer, result: result.view.buffer })),
    )
    this.add(launchCommand(what, launch, [...numbers, ...given], mayShare))
  }

  /** Copies elements, in the order of the axes. */
  copy(what: string, source: View, target: View): void {
    if (sizeOfShape(target.shape) === 0) return
    if (isDense(source) && isDense(target) && source.buffer.storage === target.buffer.storage) {
      this.add(copyCommand(what, target, source))
      return
    }
    const dtype: DType = source.buffer.storage === 'bfloat16' ? 'float32' : source.buffer.storage
    const value: Value = { op: copied, inputs: [], attrs: {}, shape: source.shape, dtype }
    const { launch, numbers } = mapKernel({
      shape: target.shape,
      members: [],
      operands: [{ value, view: source }],
      results: [{ value, view: target }],
    })
    this.add(launchCommand(what, launch, [...numbers, reads(source), writes(target)]))
  }

  /** The value's numbers one after another. */
  dense(value: Value): View {
    return this.densified(value.op.name, this.view(value))
  }

  /** Dense numbers from an address that the widest load can read, in a storage where one is asked for. */
  aligned(value: Value, storage?: Storage): View {
    const view = this.view(value)
    const wanted = storage ?? view.buffer.storage
    if (view.buffer.storage !== wanted) return this.converted(value, wanted)
    if ((view.offset * storageBytes[wanted]) % widestLoad === 0) return this.densified(value.op.name, view)
    return this.copied(value.op.name, view, wanted)
  }

  /** A value's numbers in a storage; of a state, from the copy beside it. */
  converted(value: Value, storage: Storage): View {
    const view = this.view(value)
    if (view.buffer.storage === storage) return view
    const shadow = storage === 'bfloat16' ? this.shadow(value) : undefined
    return shadow ?? this.copied(value.op.name, view, storage)
  }

  /** A dense copy. */
  copied(what: string, view: View, storage: Storage): View {
    const target = this.scratch(what, view.shape, storage)
    this.copy(what, view, target)
    return target
  }

  /** Keeps a by-product of a value for another op of the program. */
  remember(value: Value, view: View): void {
    this.#byProducts.set(value, view)
  }

  remembered(value: Value): View | undefined {
    return this.#byProducts.get(value)
  }

  densified(what: string, view: View): View {
    return isDense(view) ? view : this.copied(what, view, view.buffer.storage)
  }
}

const copied = { name: 'copy', result: () => [] }
