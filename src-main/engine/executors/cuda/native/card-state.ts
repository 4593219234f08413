/** What a card is, and what it does just now, as far as NVIDIA's libraries tell. */
import koffi from 'koffi'
import { openCompiler } from './compiler.ts'
import { openCuda } from './cuda.ts'
import { describeCard } from './driver.ts'
import { findLibrary, type LibraryName } from './find.ts'
import { outNumber } from './library.ts'
import { type Monitor, openMonitor, uuidOf } from './monitor.ts'

/** Numbers that the card does not tell, and all of them where NVML is missing, are null. */
export interface CardState {
  readonly name: string
  /** "9.0" for sm_90. */
  readonly capability: string
  /** Version of NVIDIA's driver. */
  readonly driver: string | null
  /** Newest CUDA that the driver runs. */
  readonly cuda: string
  /** Bytes. */
  readonly memoryTotal: number
  readonly memoryFree: number | null
  readonly clockMhz: number | null
  readonly memoryClockMhz: number | null
  /** Share of the time in which the card was at work, 0 to 1. */
  readonly utilization: number | null
  readonly powerWatts: number | null
  readonly temperatureCelsius: number | null
}

export type LibraryPaths = Readonly<Partial<Record<LibraryName, string | undefined>>>

const found = (): LibraryPaths => ({
  driver: findLibrary('driver'),
  compiler: findLibrary('compiler'),
  products: findLibrary('products'),
  monitor: findLibrary('monitor'),
})

/** Of a device's name the card's index: `cuda` is 0, `cuda:1` is 1; undefined for what is no card of this executor. */
export function cardIndexOf(device: string): number | undefined {
  const [whole, index = '0'] = /^cuda(?::(\d+))?$/.exec(device) ?? []
  return whole === undefined ? undefined : Number(index)
}

/** The state of a device's card; null where the device is no card, or its driver shows none. */
export function cardState(device: string, paths: LibraryPaths = found()): CardState | null {
  const index = cardIndexOf(device)
  if (index === undefined || !paths.driver) return null
  try {
    return stateOf(paths.driver, index, paths.monitor)
  } catch {
    return null
  }
}

function stateOf(driver: string, index: number, monitorPath: string | undefined): CardState {
  const cuda = openCuda(driver)
  const card = describeCard(cuda, index)
  const version = outNumber()
  cuda.cuDriverGetVersion(version)
  return {
    name: card.name,
    capability: `${Math.floor(card.capability / 10)}.${card.capability % 10}`,
    cuda: `${Math.floor(version[0]! / 1000)}.${Math.floor((version[0]! % 1000) / 10)}`,
    memoryTotal: card.memory,
    ...sampled(() => openMonitor(monitorPath!, uuidOf(cuda, card))),
  }
}

type Sampled = Omit<CardState, 'name' | 'capability' | 'cuda' | 'memoryTotal'>

const untold: Sampled = {
  driver: null,
  memoryFree: null,
  clockMhz: null,
  memoryClockMhz: null,
  utilization: null,
  powerWatts: null,
  temperatureCelsius: null,
}

const told = (number: number): number | null => (Number.isNaN(number) ? null : number)

/** What NVML tells; nothing where it is missing or refuses. */
function sampled(open: () => Monitor): Sampled {
  try {
    const { driverVersion, sample, close } = open()
    const now = sample()
    close()
    return {
      driver: driverVersion,
      memoryFree: now.memoryTotal - now.memoryUsed,
      clockMhz: told(now.clockMhz),
      memoryClockMhz: told(now.memoryClockMhz),
      utilization: told(now.utilization),
      powerWatts: told(now.powerWatts),
      temperatureCelsius: told(now.temperatureCelsius),
    }
  } catch {
    return untold
  }
}

/** Names and versions of the libraries that compute; those that are missing or do not load are left out. */
export function libraryVersions(paths: LibraryPaths = found()): string[] {
  const versions = [
    () => openCompiler(paths.compiler!).name.replace('nvrtc', 'NVRTC'),
    () => `cuBLASLt ${dotted(koffi.load(paths.products!).func('size_t cublasLtGetVersion()')() as number)}`,
  ]
  return versions.flatMap((read) => {
    try {
      return [read()]
    } catch {
      return []
    }
  })
}

/** 120803 is 12.8.3. */
const dotted = (version: number): string =>
  [version / 10_000, (version / 100) % 100, version % 100].map(Math.floor).join('.')
