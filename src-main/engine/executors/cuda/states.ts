/** States on the device, by name. */
import { sizeOfShape } from '../../dims.ts'
import type { DType, TensorData, Value } from '../../graph.ts'
import { allocate } from '../binding.ts'
import { Allocator } from './allocator.ts'
import { fromBfloat16, toBfloat16 } from './bfloat16.ts'
import { type Address, type Driver, type HostData, type Span, type Storage, storageBytes } from './driver.ts'
import { type Generated, mapKernel } from './generate/map.ts'
import { denseView } from './view.ts'

/** A state's content; a cache has a capacity beyond the rows it holds. */
export interface State {
  readonly shape: readonly number[]
  readonly dtype: DType
  readonly storage: Storage
  readonly address: Address
  readonly capacity?: number
  readonly frozen?: boolean
  /** In pinned memory of the host. */
  readonly offloaded?: boolean
}

export type Cache = State & { readonly capacity: number }

const stateBytes = ({ shape, storage }: Pick<State, 'shape' | 'storage'>): number =>
  sizeOfShape(shape) * storageBytes[storage]

const rowBytes = ({ shape, storage }: State): number => sizeOfShape(shape.slice(1)) * storageBytes[storage]

export class States {
  readonly #driver: Driver
  readonly #memory: Allocator
  readonly #hostMemory: Allocator
  readonly #states = new Map<string, State>()
  /** Copies in bfloat16, and whether they hold what their state does. */
  readonly #shadows = new Map<string, { readonly address: Address; fresh: boolean }>()

  constructor(driver: Driver, memory: Allocator) {
    this.#driver = driver
    this.#memory = memory
    this.#hostMemory = new Allocator(driver, 'host')
  }

  /** Bytes of the host that offloaded states take. */
  get offloadedBytes(): number {
    return this.#hostMemory.use.used
  }

  has(name: string): boolean {
    return this.#states.has(name)
  }

  get(name: string): State {
    const state = this.#states.get(name)
    if (!state) throw new Error(`There is no state "${name}".`)
    return state
  }

  cache(name: string): Cache {
    const state = this.get(name)
    if (state.capacity === undefined) throw new Error(`The state "${name}" is not a cache.`)
    return state as Cache
  }

  /** A state in place of the one before, its memory used again where it fits; zeros without `data`. */
  put(name: string, kind: Omit<State, 'address'>, data?: TensorData): State {
    const { shape, storage, capacity } = kind
    const room = capacity === undefined ? shape : [capacity, ...shape.slice(1)]
    const bytes = stateBytes({ shape: room, storage })
    const known = this.#states.get(name)
    const fits = known && roomOf(known) === bytes && known.offloaded === kind.offloaded
    if (known && !fits) this.drop(name)
    const address = fits ? known.address : this.#memoryOf(kind).allocate(bytes)
    const state: State = { ...kind, address }
    this.#states.set(name, state)
    this.changed(name)
    const span = { address, bytes: capacity === undefined ? bytes : 0 }
    if (data) this.write(state, data)
    else if (span.bytes > 0) this.#driver.fill(span, 0)
    return state
  }

  setLength(name: string, length: number): void {
    const cache = this.cache(name)
    if (length < 0 || length > cache.capacity)
      throw new Error(`The cache "${name}" has room for ${cache.capacity} rows, not ${length}.`)
    const held = cache.shape[0]!
    // Rows that nothing was appended to are zeros.
    if (length > held) this.#driver.fill(rowsOf(cache, held, length), 0)
    this.advance(name, length)
  }

  /** Counts rows that are written already. */
  advance(name: string, length: number): void {
    const cache = this.cache(name)
    this.#states.set(name, { ...cache, shape: [length, ...cache.shape.slice(1)] })
  }

  /** Gives a state another name, in place of what bore it. */
  rename(from: string, to: string): void {
    const state = this.get(from)
    this.drop(to)
    this.#dropShadow(from)
    this.#states.delete(from)
    this.#states.set(to, state)
  }

  write({ storage, address }: State, data: TensorData): void {
    const raw = storage === 'bfloat16' ? toBfloat16(data as Float32Array) : data
    const bytes = new Uint8Array(raw.buffer, raw.byteOffset, raw.byteLength)
    if (bytes.length > 0) this.#driver.upload({ address, bytes: bytes.length }, bytes)
  }

  read(name: string): TensorData {
    return readSpan(this.#driver, this.get(name))
  }

  drop(name: string): void {
    const state = this.#states.get(name)
    if (!state) return
    this.#states.delete(name)
    this.#dropShadow(name)
    this.#memoryOf(state).release(state.address)
  }

  #memoryOf({ offloaded }: Pick<State, 'offloaded'>): Allocator {
    return offloaded ? this.#hostMemory : this.#memory
  }

  #dropShadow(name: string): void {
    const shadow = this.#shadows.get(name)
    if (shadow) this.#memory.release(shadow.address)
    this.#shadows.delete(name)
  }

  /** A run has written in a state. */
  changed(name: string): void {
    const shadow = this.#shadows.get(name)
    if (shadow) shadow.fresh = false
  }

  /** Where a state's copy in bfloat16 lies; `refresh` comes before. */
  shadow(name: string): Address {
    return this.#shadows.get(name)!.address
  }

  /** Brings a state's copy in bfloat16 up to date. */
  refresh(name: string): void {
    const { shape, address } = this.get(name)
    const elements = sizeOfShape(shape)
    const shadow = this.#shadows.get(name) ?? { address: this.#memory.allocate(2 * elements), fresh: false }
    this.#shadows.set(name, shadow)
    if (shadow.fresh || elements === 0) return
    const { launch, numbers } = roundingKernel(elements)
    this.#driver.launch(launch, [
      ...numbers,
      { address, bytes: 4 * elements, access: 'read' },
      { address: shadow.address, bytes: 2 * elements, access: 'write' },
    ])
    shadow.fresh = true
  }

  clear(): void {
    for (const name of [...this.#states.keys()]) this.drop(name)
  }
}

/** float32 to bfloat16. */
function roundingKernel(elements: number): Generated {
  const view = (storage: Storage) => denseView({ kind: 'state', storage, elements, name: '' }, [elements])
  const value: Value = {
    op: { name: 'round', result: () => [] },
    inputs: [],
    attrs: {},
    shape: [elements],
    dtype: 'float32',
  }
  const [source, target] = [view('float32'), view('bfloat16')]
  return mapKernel({
    shape: [elements],
    members: [],
    operands: [{ value, view: source }],
    results: [{ value, view: target }],
  })
}

const roomOf = (state: State): number =>
  state.capacity === undefined ? stateBytes(state) : state.capacity * rowBytes(state)

/** Rows of a cache. */
export function rowsOf(state: State, from: number, to: number): Span {
  const row = rowBytes(state)
  return { address: state.address + from * row, bytes: (to - from) * row }
}

/** Numbers of a dense stretch of memory, as the program's dtype. */
export function readSpan(
  driver: Driver,
  { shape, dtype, storage, address }: Pick<State, 'shape' | 'dtype' | 'storage' | 'address'>,
): TensorData {
  const size = sizeOfShape(shape)
  const data: HostData | Uint16Array = storage === 'bfloat16' ? new Uint16Array(size) : allocate(dtype, size)
  const bytes = new Uint8Array(data.buffer)
  if (size > 0) driver.download(bytes, { address, bytes: bytes.length })
  return data instanceof Uint16Array ? fromBfloat16(data) : data
}
