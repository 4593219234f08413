/** A compiled program: its plans by size, and what a run of one does. */
import { evaluateDim } from '../../dims.ts'
import type { Tensor } from '../../executor.ts'
import { type DType, nameOf, type Program } from '../../graph.ts'
import { bindLeaves, dtypeOf, type Leaf } from '../binding.ts'
import type { Allocator } from './allocator.ts'
import { aligned, ownerOf } from './arena.ts'
import type { AddressOf } from './command.ts'
import type { Address, Driver, Storage } from './driver.ts'
import { growingSize, lengthInput } from './growing.ts'
import { outputTensors } from './outputs.ts'
import { constantBytes, isShadow, type Plan, planOf } from './plan.ts'
import { appendBuffer } from './planner.ts'
import { Recordings } from './recordings.ts'
import { rowsOf, type States } from './states.ts'
import { heldBy } from './tensor.ts'
import { type Buffer, bufferBytes } from './view.ts'
import type { Workspace } from './workspace.ts'

export interface Environment {
  readonly driver: Driver
  readonly memory: Allocator
  readonly states: States
  readonly workspace: Workspace
  readonly tf32: boolean
  readonly rounded: boolean
}

interface Ready {
  readonly plan: Plan
  /** Of the constants' block; absent without any. */
  readonly constants: Address | undefined
  readonly constantPlaces: ReadonlyMap<Buffer, number>
  readonly recordings: Recordings
  /** All that lies outside of the workspace, or marks where it begins. */
  readonly external: readonly Buffer[]
}

interface Placement {
  readonly storages: ReadonlyMap<string, Storage>
  /** States in the host's memory. */
  readonly offloaded: ReadonlySet<string>
  /** Inputs that a run uploads. */
  readonly onHost: readonly string[]
}

type Inputs = Readonly<Record<string, Tensor>>
type Rename = (name: string) => string

/** Plans of a program that are kept: batches of the same sizes come again soon or never. */
const mostPlans = 32

/** The name of what appended rows are written to, without what marks it. */
const cacheOf = (name: string) => name.slice(0, -appendBuffer.length - 1)
const isAppend = ({ kind, name }: Buffer) => kind === 'state' && name.endsWith(` ${appendBuffer}`)

class OpError extends Error {
  override readonly name = 'OpError'
  constructor(program: string, what: string, cause: Error) {
    super(`"${program}" failed at ${what}: ${cause.message}`, { cause })
  }
}

export class PreparedProgram {
  readonly #program: Program
  readonly #environment: Environment
  readonly #plans = new Map<string, Ready>()
  /** The size that grows with every run. */
  readonly #growing: string | undefined

  constructor(program: Program, environment: Environment) {
    this.#program = program
    this.#growing = growingSize(program)
    this.#environment = environment
  }

  run(inputs: Inputs, rename: Rename): Record<string, Tensor> {
    const { workspace } = this.#environment
    const sizes = this.#bind(inputs, rename)
    this.#requireWritable(rename, sizes)
    const ready = this.#ready(inputs, rename, sizes)
    const { plan } = ready
    for (const name of plan.shadowed) this.#environment.states.refresh(rename(name))
    const block = workspace.take(plan.workspaceBytes)
    const retained = this.#retain(plan)
    try {
      this.#compute(ready, block, this.#addresses(ready, block, inputs, rename, retained), inputs, this.#length(sizes))
    } catch (error) {
      for (const address of retained.values()) this.#environment.memory.release(address)
      throw error
    }
    this.#advance(rename, sizes)
    return outputTensors(this.#environment, { program: this.#program, plan, block, retained })
  }

  #length(sizes: ReadonlyMap<string, number>): Int32Array {
    return Int32Array.of(this.#growing === undefined ? 0 : sizes.get(this.#growing)!)
  }

  #compute(
    { plan, recordings, external }: Ready,
    block: Address,
    addressOf: AddressOf,
    inputs: Inputs,
    length: Int32Array,
  ): void {
    const { driver } = this.#environment
    this.#upload(plan, block, inputs, length)
    for (const { what, prepare } of plan.commands) if (prepare) this.#named(what, () => prepare(driver, addressOf))
    const addresses = [block, this.#environment.workspace.generation, ...external.map(addressOf)]
    const pieces = plan.commands.length + plan.layout.copies.length
    const work = () => this.#work(plan, addressOf)
    this.#named('its recorded work', () => recordings.run(addresses, pieces, work))
  }

  #work({ commands, layout }: Plan, addressOf: AddressOf): void {
    const { driver } = this.#environment
    for (const { what, run } of commands) this.#named(what, () => run(driver, addressOf))
    for (const { state, value } of layout.copies) {
      const bytes = bufferBytes(state)
      if (bytes > 0) driver.copy({ address: addressOf(state), bytes }, { address: addressOf(value), bytes })
    }
  }

  /** Counts the rows that a run appended to caches. */
  #advance(rename: Rename, sizes: ReadonlyMap<string, number>): void {
    const { states } = this.#environment
    for (const { state, mode, value } of this.#program.updates) {
      const name = rename(state)
      if (mode !== 'append') states.changed(name)
      else states.advance(name, states.cache(name).shape[0]! + evaluateDim(value.shape[0]!, sizes))
    }
  }

  #named(what: string, work: () => void): void {
    try {
      work()
    } catch (error) {
      throw error instanceof OpError ? error : new OpError(this.#program.name, what, error as Error)
    }
  }

  /** Checks all leaves against their declarations, and returns the sizes that they bind. */
  #bind(inputs: Inputs, rename: Rename): Map<string, number> {
    const { name: programName } = this.#program
    const leaves: Leaf[] = []
    for (const value of this.#program.inputs) {
      const name = nameOf(value)
      const tensor = inputs[name]
      if (!tensor) throw new Error(`The program "${programName}" needs the input "${name}".`)
      const dtype = dtypeOfTensor(tensor)
      leaves.push({ what: `Input "${name}" of "${programName}"`, value, shape: tensor.shape, dtype })
    }
    for (const value of this.#program.states) {
      const name = rename(nameOf(value))
      const { shape, dtype, capacity } = this.#environment.states.get(name)
      if (capacity !== undefined && shape[0] === 0) throw new Error(`"${programName}" reads "${name}", which is empty.`)
      leaves.push({ what: `State "${name}" of "${programName}"`, value, shape, dtype })
    }
    const sizes = new Map<string, number>()
    bindLeaves(leaves, sizes)
    return sizes
  }

  /** Checks that what the program writes can be written: caches have room, and nothing is frozen. */
  #requireWritable(rename: Rename, sizes: ReadonlyMap<string, number>): void {
    const { states } = this.#environment
    for (const { state, value, mode } of this.#program.updates) {
      const name = rename(state)
      if (states.has(name) && states.get(name).frozen)
        throw new Error(`"${this.#program.name}" writes the state "${name}", which is frozen.`)
      if (mode !== 'append') continue
      const { shape, capacity } = states.cache(name)
      const rows = evaluateDim(value.shape[0]!, sizes)
      if (shape[0]! + rows > capacity)
        throw new Error(`The cache "${name}" holds ${shape[0]} of ${capacity} rows and cannot take ${rows} more.`)
    }
  }

  /** Rows that growing caches have room for; none where a plan serves one length only. */
  #capacities(rename: Rename): Map<string, number> {
    const { states } = this.#environment
    const capacities = new Map<string, number>()
    if (this.#growing === undefined) return capacities
    for (const { state, mode } of this.#program.updates)
      if (mode === 'append') capacities.set(state, states.cache(rename(state)).capacity)
    return new Set(capacities.values()).size === 1 ? capacities : new Map()
  }

  /** How inputs and states lie in memory. */
  #placement(inputs: Inputs, rename: Rename): Placement {
    const { states } = this.#environment
    const storages = new Map<string, Storage>()
    const offloaded = new Set<string>()
    const onHost: string[] = []
    for (const value of this.#program.inputs) {
      const name = nameOf(value)
      const held = heldBy(inputs[name]!)
      storages.set(`input ${name}`, held?.storage ?? value.dtype)
      if (!held) onHost.push(name)
    }
    for (const name of [...this.#program.states.map(nameOf), ...this.#program.updates.map(({ state }) => state)]) {
      if (!states.has(rename(name))) continue
      const state = states.get(rename(name))
      storages.set(`state ${name}`, state.storage)
      if (state.offloaded) offloaded.add(name)
    }
    return { storages, offloaded, onHost }
  }

  /** The plan for these sizes and ways to lie in memory. */
  #ready(inputs: Inputs, rename: Rename, sizes: ReadonlyMap<string, number>): Ready {
    const placement = this.#placement(inputs, rename)
    const capacities = this.#capacities(rename)
    const planned = new Map(sizes)
    if (capacities.size > 0) planned.set(this.#growing!, [...capacities.values()][0]!)
    const { storages, offloaded, onHost } = placement
    const key = JSON.stringify([[...planned], [...storages.values()], [...offloaded], onHost])
    const ready = this.#plans.get(key) ?? this.#load(this.#plan(inputs, planned, capacities, placement))
    this.#keep(key, ready)
    return ready
  }

  #plan(
    inputs: Inputs,
    sizes: ReadonlyMap<string, number>,
    capacities: ReadonlyMap<string, number>,
    { storages, offloaded, onHost }: Placement,
  ): Plan {
    const { tf32, rounded, driver } = this.#environment
    const growing = capacities.size > 0
    const bytes = new Map(onHost.map((name) => [name, inputs[name]!.data.byteLength]))
    if (growing) bytes.set(lengthInput, 4)
    const storageOf = (kind: string, name: string, dtype: DType) => storages.get(`${kind} ${name}`) ?? dtype
    const { multiprocessors } = driver.card
    const situation = { sizes, capacities, growing, storageOf, offloaded, tf32, rounded, multiprocessors }
    return planOf(this.#program, situation, bytes)
  }

  /** The plan used last goes to the end; the one at the beginning makes room. */
  #keep(key: string, ready: Ready): void {
    this.#plans.delete(key)
    this.#plans.set(key, ready)
    if (this.#plans.size <= mostPlans) return
    const [oldest, dropped] = this.#plans.entries().next().value!
    this.#plans.delete(oldest)
    this.#discard(dropped)
  }

  #discard({ constants, recordings }: Ready): void {
    recordings.release()
    if (constants !== undefined) this.#environment.memory.release(constants)
  }

  /** Compiles a plan's kernels in one go and puts its constants on the device. */
  #load(plan: Plan): Ready {
    const { driver, memory } = this.#environment
    driver.load(plan.commands.flatMap(({ kernel }) => (kernel ? [kernel] : [])))
    const bytes = constantBytes(plan.constants)
    const recordings = new Recordings(driver)
    const external = externalBuffers(plan)
    if (bytes === 0) return { plan, constants: undefined, constantPlaces: new Map(), recordings, external }
    const constants = memory.allocate(bytes)
    const constantPlaces = new Map<Buffer, number>()
    let place = 0
    for (const { buffer, data } of plan.constants) {
      constantPlaces.set(buffer, place)
      if (data.length > 0) driver.upload({ address: constants + place, bytes: data.byteLength }, data)
      place += aligned(data.byteLength)
    }
    return { plan, constants, constantPlaces, recordings, external }
  }

  #retain({ retained }: Plan): ReadonlyMap<Buffer, Address> {
    const { memory } = this.#environment
    return new Map([...retained.values()].map(({ buffer }) => [buffer, memory.allocate(bufferBytes(buffer))]))
  }

  #upload({ inputs: { place, bytes, places } }: Plan, block: Address, inputs: Inputs, length: Int32Array): void {
    if (bytes === 0) return
    const packed = new Uint8Array(bytes)
    for (const [name, at] of places) {
      const data = name === lengthInput ? length : inputs[name]!.data
      packed.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at - place)
    }
    this.#environment.driver.upload({ address: block + place, bytes }, packed)
  }

  #addresses(
    { plan, constants, constantPlaces }: Ready,
    block: Address,
    inputs: Inputs,
    rename: Rename,
    retained: ReadonlyMap<Buffer, Address>,
  ): AddressOf {
    const { states } = this.#environment
    const known = new Map<Buffer, Address>(retained)
    const find = (buffer: Buffer): Address => {
      const { kind, name } = buffer
      if (kind === 'constant') return constants! + constantPlaces.get(buffer)!
      if (kind === 'input') return heldBy(inputs[name]!)?.address ?? block + plan.inputs.places.get(name)!
      if (isAppend(buffer)) {
        const cache = states.cache(rename(cacheOf(name)))
        return rowsOf(cache, cache.shape[0]!, cache.shape[0]!).address
      }
      if (isShadow(buffer)) return states.shadow(rename(plan.shadowed.find((each) => name.startsWith(`${each} `))!))
      if (kind === 'state') return states.get(rename(name)).address
      return block + (plan.layout.places.get(buffer) ?? plan.small.places.get(buffer)!)
    }
    return (buffer) => {
      const owner = ownerOf(buffer, plan.layout.sharing)
      const address = known.get(owner) ?? find(owner)
      known.set(owner, address)
      return address
    }
  }

  release(): void {
    for (const ready of this.#plans.values()) this.#discard(ready)
    this.#plans.clear()
  }
}

/** Buffers whose address can differ from run to run; scratch follows the workspace. */
function externalBuffers({ commands, layout, retained }: Plan): Buffer[] {
  const touched = new Set(
    commands.flatMap(({ touches }) => touches.map(({ buffer }) => ownerOf(buffer, layout.sharing))),
  )
  for (const { state } of layout.copies) touched.add(state)
  const kept = new Set([...retained.values()].map(({ buffer }) => buffer))
  return [...touched].filter((buffer) => buffer.kind !== 'scratch' || kept.has(buffer))
}

const dtypeOfTensor = (tensor: Tensor): DType => heldBy(tensor)?.dtype ?? dtypeOf(tensor.data)
