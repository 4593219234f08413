import { cpus, freemem, totalmem } from 'node:os'

/** What a device's own counters say at one moment; a counter that it lacks is left out. */
export interface DeviceSample {
  /** Share of the time since the last sample in which it computed, 0 to 1. */
  readonly utilization?: number
  /** Bytes in use on the device, by every process. */
  readonly memoryUsed?: number
  readonly memoryTotal?: number
  readonly powerWatts?: number
  readonly temperatureCelsius?: number
}

/** Reads the counters of the device that a run uses; null when they cannot be read now. Takes well under a millisecond. */
export type DeviceSampler = () => DeviceSample | null

/** What the monitor reads of this process and this machine. */
export interface Readings {
  /** CPU seconds of the process since its start, over all its threads. */
  readonly processSeconds: number
  readonly atSeconds: number
  readonly machine: { readonly busy: number; readonly all: number }
  /** Share of the machine's memory in use, 0 to 1. */
  readonly machineMemory: number
  readonly residentBytes: number
  readonly peakBytes: number
}

/** How often a step is looked at while it runs. */
const sampleEveryMs = 2000
const mebibyte = 2 ** 20

/**
 * Watches a process, its machine and its device while steps run. Shares of time are means over the step, memory of machine and
 * device and the device's temperature the greatest that was seen.
 */
export class ResourceMonitor {
  readonly #read: () => Readings
  readonly #device: DeviceSampler | undefined
  readonly #timer: NodeJS.Timeout
  #since: Readings
  #machineMemory = 0
  #deviceSamples: DeviceSample[] = []

  constructor(device?: DeviceSampler, read: () => Readings = readProcess) {
    this.#device = device
    this.#read = read
    this.#since = read()
    this.#timer = setInterval(() => this.sample(), sampleEveryMs)
    this.#timer.unref()
  }

  sample(): void {
    this.#noteMachine(this.#read())
    const sample = this.#device?.()
    if (sample) this.#deviceSamples.push(sample)
  }

  /** Metrics of the time since the last call. */
  take(): Record<string, number> {
    this.sample()
    const now = this.#read()
    this.#noteMachine(now)
    const since = this.#since
    const seconds = now.atSeconds - since.atSeconds
    const ticks = now.machine.all - since.machine.all
    const metrics = {
      'memory/resident': now.residentBytes / mebibyte,
      'memory/peak': now.peakBytes / mebibyte,
      ...(seconds > 0 ? { 'system/trainer_cpu': (now.processSeconds - since.processSeconds) / seconds } : {}),
      ...(ticks > 0 ? { 'system/cpu': (now.machine.busy - since.machine.busy) / ticks } : {}),
      'system/memory': this.#machineMemory,
      ...deviceMetrics(this.#deviceSamples),
    }
    this.#since = now
    this.#machineMemory = 0
    this.#deviceSamples = []
    return metrics
  }

  close(): void {
    clearInterval(this.#timer)
  }

  #noteMachine({ machineMemory }: Readings): void {
    this.#machineMemory = Math.max(this.#machineMemory, machineMemory)
  }
}

function deviceMetrics(samples: readonly DeviceSample[]): Record<string, number> {
  const of = (name: keyof DeviceSample): number[] =>
    samples.map((sample) => sample[name]).filter((one) => one !== undefined)
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  const rows = [
    ['gpu/utilization', of('utilization'), mean],
    ['gpu/memory_used', of('memoryUsed').map((bytes) => bytes / mebibyte), most],
    ['gpu/memory_total', of('memoryTotal').map((bytes) => bytes / mebibyte), most],
    ['gpu/power', of('powerWatts'), mean],
    ['gpu/temperature', of('temperatureCelsius'), most],
  ] as const
  return Object.fromEntries(
    rows.filter(([, values]) => values.length > 0).map(([name, values, join]) => [name, join(values)]),
  )
}

const most = (values: readonly number[]): number => Math.max(...values)

function readProcess(): Readings {
  const { user, system } = process.cpuUsage()
  const times = cpus().map((core) => core.times)
  const all = times.reduce((sum, time) => sum + time.user + time.nice + time.sys + time.irq + time.idle, 0)
  const idle = times.reduce((sum, time) => sum + time.idle, 0)
  return {
    processSeconds: (user + system) / 1e6,
    atSeconds: performance.now() / 1000,
    machine: { busy: all - idle, all },
    machineMemory: 1 - freemem() / totalmem(),
    residentBytes: process.memoryUsage.rss(),
    // Kilobytes, whatever the system.
    peakBytes: process.resourceUsage().maxRSS * 1024,
  }
}
