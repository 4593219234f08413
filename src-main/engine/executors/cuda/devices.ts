/** NVIDIA cards as devices, one per card: a run takes one. */
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Device } from '../device.ts'
import { missingLibraries } from './native/find.ts'

/** Compiled kernels are kept for the user, not for a workspace: they depend on card and compiler alone. */
function kernelFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const base =
    process.platform === 'win32'
      ? (environment.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'))
      : (environment.XDG_CACHE_HOME ?? join(homedir(), '.cache'))
  return join(base, 'quiver', 'kernels')
}

function cardDevice(index: number, title: string): Device {
  return {
    title,
    executor: 'cuda',
    memory:
      'State and what one program leaves for another stay on the card; a run copies inputs there and back what is read.',
    copies: 'inputs and outputs',
    missing: () => missingLibraries(),
    open: async () => {
      const [{ openCard }, { createCudaExecutor }] = await Promise.all([
        import('./native/open.ts'),
        import('./executor.ts'),
      ])
      const driver = openCard({ index, cache: kernelFolder() })
      return createCudaExecutor(driver, { precision: 'bfloat16', tf32: true })
    },
  }
}

export const cudaDevice = cardDevice(0, 'NVIDIA card, by Quiver’s own kernels')
export const secondCudaDevice = cardDevice(1, 'Second NVIDIA card, by Quiver’s own kernels')
