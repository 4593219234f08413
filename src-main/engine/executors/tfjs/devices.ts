/** TensorFlow.js as a device: its native library on a graphics card, or its plain JavaScript backend. */
import { createRequire } from 'node:module'
import type { Device, Missing } from '../device.ts'
import type { TfjsBackend } from './backend.ts'

function lacks(packages: readonly string[]): string | undefined {
  const { resolve } = createRequire(import.meta.url)
  return packages.find((name) => {
    try {
      resolve(name)
      return false
    } catch {
      return true
    }
  })
}

function tfjsDevice(backend: TfjsBackend, title: string, packages: readonly string[], install: string): Device {
  return {
    title,
    executor: 'tfjs',
    memory: 'State stays with TensorFlow.js between runs; every run copies inputs there and outputs back.',
    copies: 'inputs and outputs',
    missing: (): Missing | undefined => {
      const name = lacks(packages)
      return name === undefined ? undefined : { what: `The package ${name} is not installed.`, install }
    },
    open: async () => {
      const { createTfjsExecutor } = await import('./executor.ts')
      const executor = await createTfjsExecutor({ backend })
      if (backend === 'tensorflow') (await import('./backend.ts')).requireGraphicsCard()
      return executor
    },
  }
}

const core = '@tensorflow/tfjs-core'

export const tfjsGpuDevice = tfjsDevice(
  'tensorflow',
  'NVIDIA card, by TensorFlow.js’s native library',
  [core, '@tensorflow/tfjs-node-gpu'],
  'npm run setup:tfjs-gpu',
)

export const tfjsCpuDevice = tfjsDevice(
  'cpu',
  'CPU, by TensorFlow.js in plain JavaScript (slow; for comparison)',
  [core, '@tensorflow/tfjs-backend-cpu'],
  'npm ci',
)
