/**
 * Where tests of kernels run: on an NVIDIA card where this computer has one with its libraries, else on the emulator.
 * `QUIVER_KERNELS=emulated` in the environment takes the emulator all the same.
 */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Driver } from '../../../src-main/engine/executors/cuda/driver.ts'
import type { Kernel, Launch } from '../../../src-main/engine/executors/cuda/kernel.ts'
import { missingLibraries } from '../../../src-main/engine/executors/cuda/native/find.ts'
import { openCard } from '../../../src-main/engine/executors/cuda/native/open.ts'
import { emulationMissing } from './compile.ts'
import { type Argument, allocate, free, memoryAt, prepareKernels, runLaunch, type ThreadOrder } from './emulator.ts'

export type Step = readonly [Launch, ...Argument[]]

export interface Machine {
  readonly name: string
  /** Compiles many kernels at once, where that saves time. */
  prepare(kernels: readonly Kernel[]): void
  /** Memory full of NaN. */
  allocate(bytes: number): bigint
  free(address: bigint): void
  read(address: bigint, bytes: number): Uint8Array
  write(address: bigint, data: Uint8Array): void
  /** Runs launches one after another; a card has no say in the order of threads. */
  run(steps: readonly Step[], order: ThreadOrder): void
}

const emulator: Machine = {
  name: 'emulated',
  prepare: prepareKernels,
  allocate,
  free,
  read: (address, bytes) => memoryAt(address, bytes).slice(),
  write: (address, data) => memoryAt(address, data.length).set(data),
  run: (steps, order) => {
    for (const [launch, ...values] of steps) runLaunch(launch, values, order)
  },
}

function cardMachine(driver: Driver): Machine {
  const span = (address: bigint, bytes: number) => ({ address: Number(address), bytes })
  const sizes = new Map<bigint, number>()
  return {
    name: `on ${driver.card.name}`,
    prepare: (kernels) => driver.load(kernels),
    allocate: (bytes) => {
      const address = BigInt(driver.allocate(Math.max(16, bytes)))
      sizes.set(address, bytes)
      if (bytes > 0) driver.fill(span(address, bytes), 0xff)
      return address
    },
    free: (address) => driver.free(Number(address)),
    read: (address, bytes) => {
      const data = new Uint8Array(bytes)
      if (bytes > 0) driver.download(data, span(address, bytes))
      return data
    },
    write: (address, data) => {
      if (data.length > 0) driver.upload(span(address, data.length), data)
    },
    run: (steps) => {
      for (const [launch, ...values] of steps)
        driver.launch(
          launch,
          values.map((value, place) => {
            if (launch.kernel.parameters[place] !== 'pointer' || Number(value) === 0) return Number(value)
            return { ...span(BigInt(value), sizes.get(BigInt(value)) ?? 0), access: 'update' as const }
          }),
        )
      driver.synchronize()
    },
  }
}

function cardHere(): Driver | undefined {
  if (process.env.QUIVER_KERNELS === 'emulated' || missingLibraries()) return undefined
  try {
    return openCard({ index: 0, cache: mkdtempSync(join(tmpdir(), 'quiver-kernels-')) })
  } catch {
    // The libraries are here and no card answers: then there is the emulator.
    return undefined
  }
}

/** Why kernels can run nowhere here; undefined where they can. */
export function machineMissing(): string | undefined {
  return missingLibraries() ? emulationMissing() : undefined
}

let opened: Machine | undefined

/** One for all tests of a process. */
export function machine(): Machine {
  if (!opened) {
    const driver = cardHere()
    opened = driver ? cardMachine(driver) : emulator
  }
  return opened
}
