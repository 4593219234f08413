/** Where onnxruntime computes: its CPU provider, and the others that its binding or a download brings. */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Device, DeviceOptions, Missing } from '../device.ts'
import type { OrtProvider } from './builder.ts'
import { readPlacement } from './placement.ts'

const copies =
  'Nothing stays but the compiled programs: every run copies the inputs and the state it reads to the device, and the outputs and the state it changes back.'

/** The folder of the runtime's libraries for this platform. */
function libraryFolder(): string {
  const main = createRequire(import.meta.url).resolve('onnxruntime-node')
  return join(dirname(main), '..', 'bin', 'napi-v6', process.platform, process.arch)
}

function providerDevice(
  provider: OrtProvider,
  { title, memory = copies, missing }: { title: string; memory?: string; missing: () => Missing | undefined },
): Device {
  return {
    title,
    executor: 'ort',
    memory,
    copies: provider === 'cpu' ? 'nothing' : 'everything',
    missing,
    open: async ({ threads, profile }: DeviceOptions) => {
      const { createOrtExecutor } = await import('./executor.ts')
      return createOrtExecutor({ provider, ...(threads && { threads }), ...(profile && { profile }) })
    },
    ...(provider !== 'cpu' && { placement: readPlacement }),
  }
}

export const cpuDevice = providerDevice('cpu', {
  title: 'CPU, by ONNX Runtime',
  memory: 'State, inputs and outputs are this process’s own memory: nothing is copied but fresh outputs.',
  missing: () => undefined,
})

const cudaLibrary = 'libonnxruntime_providers_cuda.so'

export const ortCudaDevice = providerDevice('cuda', {
  title: 'NVIDIA card, by ONNX Runtime’s CUDA provider',
  missing: () => {
    if (process.platform !== 'linux' || process.arch !== 'x64')
      return {
        what: `ONNX Runtime has its CUDA provider for Linux on x64 only; this is ${process.platform} on ${process.arch}.`,
      }
    if (existsSync(join(libraryFolder(), cudaLibrary))) return undefined
    return {
      what: `${cudaLibrary} is not beside ONNX Runtime; it is a download of its own and needs CUDA 12 and cuDNN 9.`,
      install: 'npm run setup:cuda',
    }
  },
})

/** How Dawn, the provider's layer over graphics drivers, says that there is none. */
const noAdapter = 'Failed to get a WebGPU adapter'

export const webGpuDevice: Device = {
  ...providerDevice('webgpu', {
    title: 'Any graphics card, by ONNX Runtime’s WebGPU provider',
    missing: () =>
      process.platform === 'linux' && process.arch !== 'x64'
        ? { what: `ONNX Runtime has no WebGPU provider for ${process.platform} on ${process.arch}.` }
        : undefined,
  }),
  explain: (reason) =>
    reason.includes(noAdapter)
      ? 'ONNX Runtime finds no graphics card with a driver that it accepts (on Linux: a Vulkan driver, found through libvulkan.so.1).'
      : undefined,
}

export const directMlDevice = providerDevice('dml', {
  title: 'Any graphics card on Windows, by ONNX Runtime’s DirectML provider',
  missing: () =>
    process.platform === 'win32'
      ? undefined
      : { what: `DirectML is a part of Windows; this is ${process.platform} on ${process.arch}.` },
})
