/** The counters of the NVIDIA card that a run computes on, for the run's metrics. */
import { cardIndexOf } from '../engine/executors/cuda/native/card-state.ts'
import { openCuda } from '../engine/executors/cuda/native/cuda.ts'
import { describeCard } from '../engine/executors/cuda/native/driver.ts'
import { findLibrary } from '../engine/executors/cuda/native/find.ts'
import { openMonitor, uuidOf } from '../engine/executors/cuda/native/monitor.ts'
import type { DeviceSample, DeviceSampler } from '../util/resource-monitor.ts'

const counters = ['utilization', 'memoryUsed', 'memoryTotal', 'powerWatts', 'temperatureCelsius'] as const

/**
 * A sampler for the card of a device; undefined where the device is no such card or its libraries tell nothing, which costs
 * a run its curves and nothing else.
 */
export function cardSampler(
  device: string,
  paths = { driver: findLibrary('driver'), monitor: findLibrary('monitor') },
): DeviceSampler | undefined {
  const index = cardIndexOf(device)
  if (index === undefined || !paths.driver || !paths.monitor) return undefined
  try {
    const cuda = openCuda(paths.driver)
    const { sample } = openMonitor(paths.monitor, uuidOf(cuda, describeCard(cuda, index)))
    return () => told(sample())
  } catch {
    return undefined
  }
}

/** Numbers that the card does not tell are left out. */
function told(sample: Required<DeviceSample>): DeviceSample {
  const known = counters.map((name) => [name, sample[name]] as const).filter(([, value]) => !Number.isNaN(value))
  return Object.fromEntries(known)
}
