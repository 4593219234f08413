/** What a card is doing, by NVML. */
import type { Card } from '../driver.ts'
import { nvml as constants } from './constants.ts'
import type { CudaFunctions } from './cuda.ts'
import { checkedFunctions, outPointer, textFunction } from './library.ts'

export const prototypes = {
  nvmlInit_v2: '',
  nvmlShutdown: '',
  nvmlSystemGetDriverVersion: 'void* text, uint32_t length',
  nvmlDeviceGetCount_v2: 'uint32_t* count',
  nvmlDeviceGetHandleByIndex_v2: 'uint32_t index, uint64_t* device',
  nvmlDeviceGetHandleByUUID: 'const char* uuid, uint64_t* device',
  nvmlDeviceGetName: 'uint64_t device, void* text, uint32_t length',
  nvmlDeviceGetMemoryInfo: 'uint64_t device, void* memory',
  nvmlDeviceGetUtilizationRates: 'uint64_t device, void* shares',
  nvmlDeviceGetClockInfo: 'uint64_t device, int clock, uint32_t* megahertz',
  nvmlDeviceGetPowerUsage: 'uint64_t device, uint32_t* milliwatts',
  nvmlDeviceGetTemperature: 'uint64_t device, int sensor, uint32_t* celsius',
} as const

export interface CardSample {
  /** Bytes; other programs' included. */
  readonly memoryUsed: number
  readonly memoryTotal: number
  /** Share of the time in which the card, and its memory, were at work, 0 to 1. */
  readonly utilization: number
  readonly memoryUtilization: number
  readonly clockMhz: number
  readonly memoryClockMhz: number
  readonly powerWatts: number
  readonly temperatureCelsius: number
}

export interface Monitor {
  readonly driverVersion: string
  readonly cards: number
  /** Numbers that a card does not tell are NaN. */
  readonly sample: () => CardSample
  readonly close: () => void
}

const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes).replace(/\0.*$/s, '')

/** The card's identity, by which NVML finds it whatever order it counts in. */
export function uuidOf(cuda: CudaFunctions, { device }: Card & { readonly device: number }): string {
  const bytes = new Uint8Array(16)
  cuda.cuDeviceGetUuid_v2(bytes, device)
  const hex = Buffer.from(bytes).toString('hex')
  return `GPU-${[hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')}`
}

const openNvml = (path: string) =>
  checkedFunctions(path, prototypes, textFunction(path, 'const char* nvmlErrorString(int code)'))

/** Opens NVML on a card given by its UUID or, counted as NVML counts, its index. Throws where the library refuses. */
export function openMonitor(path: string, card: string | number): Monitor {
  const nvml = openNvml(path)
  nvml.nvmlInit_v2()
  try {
    return monitorOf(nvml, card)
  } catch (error) {
    nvml.nvmlShutdown()
    throw error
  }
}

function monitorOf(nvml: ReturnType<typeof openNvml>, card: string | number): Monitor {
  const version = new Uint8Array(constants.NVML_SYSTEM_DRIVER_VERSION_BUFFER_SIZE)
  const [count, handle] = [new Uint32Array(1), outPointer()]
  nvml.nvmlSystemGetDriverVersion(version, version.length)
  nvml.nvmlDeviceGetCount_v2(count)
  if (typeof card === 'string') nvml.nvmlDeviceGetHandleByUUID(card, handle)
  else nvml.nvmlDeviceGetHandleByIndex_v2(card, handle)
  const device = handle[0]!
  const told = (read: () => number): number => {
    try {
      return read()
    } catch {
      return Number.NaN
    }
  }
  const number = (ask: (out: Uint32Array) => void) =>
    told(() => {
      const out = new Uint32Array(2)
      ask(out)
      return out[0]!
    })
  const sample = (): CardSample => {
    const [memory, shares] = [new BigUint64Array(3), new Uint32Array(2)]
    nvml.nvmlDeviceGetMemoryInfo(device, memory)
    const busy = told(() => {
      nvml.nvmlDeviceGetUtilizationRates(device, shares)
      return shares[0]! / 100
    })
    return {
      memoryTotal: Number(memory[0]),
      memoryUsed: Number(memory[2]),
      utilization: busy,
      memoryUtilization: Number.isNaN(busy) ? Number.NaN : shares[1]! / 100,
      clockMhz: number((out) => nvml.nvmlDeviceGetClockInfo(device, constants.NVML_CLOCK_SM, out)),
      memoryClockMhz: number((out) => nvml.nvmlDeviceGetClockInfo(device, constants.NVML_CLOCK_MEM, out)),
      powerWatts: number((out) => nvml.nvmlDeviceGetPowerUsage(device, out)) / 1000,
      temperatureCelsius: number((out) => nvml.nvmlDeviceGetTemperature(device, constants.NVML_TEMPERATURE_GPU, out)),
    }
  }
  return { driverVersion: textOf(version), cards: count[0]!, sample, close: () => nvml.nvmlShutdown() }
}
