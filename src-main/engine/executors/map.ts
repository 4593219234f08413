/** Every device that programs can run on, by the name a run config uses. */
import { UserError } from '../../util/assert.ts'
import type { Executor } from '../executor.ts'
import { input, program } from '../graph.ts'
import { add } from '../ops/elementwise.ts'
import { cudaDevice, secondCudaDevice } from './cuda/devices.ts'
import { type Device, DeviceError, type DeviceOptions } from './device.ts'
import { cpuDevice, directMlDevice, ortCudaDevice, webGpuDevice } from './ort/devices.ts'
import { tfjsCpuDevice, tfjsGpuDevice } from './tfjs/devices.ts'

export const devices = {
  cpu: cpuDevice,
  cuda: cudaDevice,
  'cuda:1': secondCudaDevice,
  'ort-cuda': ortCudaDevice,
  webgpu: webGpuDevice,
  dml: directMlDevice,
  'tfjs-gpu': tfjsGpuDevice,
  'tfjs-cpu': tfjsCpuDevice,
} as const satisfies Readonly<Record<string, Device>>

export type DeviceName = keyof typeof devices

/** The smallest program: a device that runs it has started. */
async function requireStart(executor: Executor): Promise<void> {
  const compiled = await executor.compile(program('start', { y: add(input('x', [1]), 1) }))
  const { y } = await compiled.run({ x: { shape: [1], data: new Float32Array([1]) } })
  await compiled.release()
  if (y!.data[0] !== 2) throw new Error(`1 + 1 came out as ${y!.data[0]}.`)
}

const sentence = (text: string) => text.trim().replace(/[^.!?]$/, '$&.')

/**
 * An executor on the device asked for, started. There is no other device in its place.
 * @throws UserError that says what is missing and what installs it, or why the device does not start.
 */
export async function openDevice(name: DeviceName, options: DeviceOptions = {}): Promise<Executor> {
  const device: Device = devices[name]
  const missing = device.missing()
  if (missing) {
    const remedy = missing.install ? [`Install it with "${missing.install}".`] : []
    throw new UserError(`The device "${name}" cannot be used: ${[missing.what, ...remedy].join(' ')}`)
  }
  try {
    const executor = await device.open(options)
    await requireStart(executor)
    return executor
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new DeviceError(name, device.explain?.(reason) ?? sentence(reason))
  }
}
