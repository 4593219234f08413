/** TensorFlow.js with a backend ready. */
import { createRequire } from 'node:module'
import * as tf from '@tensorflow/tfjs-core'

export type TfjsBackend = 'cpu' | 'tensorflow'

const nodePackage = '@tensorflow/tfjs-node-gpu'

/** The native package calls these functions of Node's util module, which Node has dropped. */
const dropped = {
  isArray: Array.isArray,
  isNullOrUndefined: (value: unknown) => value === null || value === undefined,
}

async function load(backend: TfjsBackend): Promise<void> {
  if (backend === 'cpu') await import('@tensorflow/tfjs-backend-cpu')
  else {
    const util = createRequire(import.meta.url)('node:util') as Record<string, unknown>
    for (const [name, standIn] of Object.entries(dropped)) util[name] ??= standIn
    await import(nodePackage)
  }
}

/**
 * Throws unless the native library computes on a graphics card: without one that it can use it takes the CPU and says
 * nothing.
 */
export function requireGraphicsCard(): void {
  const { isUsingGpuDevice } = tf.backend() as { isUsingGpuDevice?: boolean }
  if (!isUsingGpuDevice)
    throw new Error(
      'TensorFlow finds no NVIDIA card that it can use and would compute on the CPU. Its library needs the CUDA and cuDNN versions named in its README.',
    )
}

/**
 * Loads and selects a backend for the whole process: `cpu` is plain JavaScript, `tensorflow` the native library.
 * Rejects when its package is missing or cannot be loaded.
 */
export async function selectBackend(backend: TfjsBackend): Promise<void> {
  // Silences the advice that the plain backend prints on first use.
  tf.env().set('PROD', true)
  await load(backend)
  const selected = await tf.setBackend(backend)
  if (!selected) throw new Error(`TensorFlow.js has no backend "${backend}" after loading it.`)
  await tf.ready()
}
