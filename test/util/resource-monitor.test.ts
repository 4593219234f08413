import { expect, test } from 'vitest'
import { type DeviceSample, type Readings, ResourceMonitor } from '../../src-main/util/resource-monitor.ts'
import { metricInfo, metricNames } from '../../src-preload/contract/metrics.ts'

const readings = (changes: Partial<Readings> = {}): Readings => ({
  processSeconds: 10,
  atSeconds: 100,
  machine: { busy: 400, all: 1000 },
  machineMemory: 0.5,
  residentBytes: 300 * 2 ** 20,
  peakBytes: 400 * 2 ** 20,
  ...changes,
})

test('shares are means over the step, memory is the greatest seen', () => {
  let now = readings()
  let device: DeviceSample | null = { utilization: 0.5, memoryUsed: 2 ** 30, temperatureCelsius: 60 }
  const monitor = new ResourceMonitor(
    () => device,
    () => now,
  )
  now = readings({ machineMemory: 0.8 })
  monitor.sample()
  device = { utilization: 1, memoryUsed: 2 ** 29, temperatureCelsius: 50 }
  now = readings({ processSeconds: 16, atSeconds: 104, machine: { busy: 700, all: 1400 }, machineMemory: 0.6 })
  expect(monitor.take()).toEqual({
    'memory/resident': 300,
    'memory/peak': 400,
    'system/trainer_cpu': 1.5,
    'system/cpu': 0.75,
    'system/memory': 0.8,
    'gpu/utilization': 0.75,
    'gpu/memory_used': 1024,
    'gpu/temperature': 60,
  })
  device = null
  now = readings({ processSeconds: 17, atSeconds: 105, machine: { busy: 700, all: 1500 }, machineMemory: 0.4 })
  expect(monitor.take()).toMatchObject({ 'system/trainer_cpu': 1, 'system/cpu': 0, 'system/memory': 0.4 })
  monitor.close()
})

test('this process and machine give numbers that can be, each with a label and a unit', () => {
  const monitor = new ResourceMonitor()
  const end = performance.now() + 30
  while (performance.now() < end);
  const metrics = monitor.take()
  monitor.close()
  expect(metrics['memory/resident']).toBeGreaterThan(10)
  expect(metrics['memory/peak']).toBeGreaterThanOrEqual(metrics['memory/resident']! * 0.5)
  expect(metrics['system/trainer_cpu']).toBeGreaterThan(0)
  expect(metrics['system/memory']).toBeGreaterThan(0)
  expect(metrics['system/memory']).toBeLessThan(1)
  for (const name of Object.keys(metrics)) {
    expect(metricNames).toContain(name)
    expect(metricInfo(name)).toMatchObject({ group: 'system' })
  }
})
