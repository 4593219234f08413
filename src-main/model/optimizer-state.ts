/** Moments and step count as `optimizer.safetensors`, under PyTorch's names: `exp_avg.<weight>`, `exp_avg_sq.<weight>`. */
import { join } from 'node:path'
import type { Executor } from '../engine/executor.ts'
import { UserError } from '../util/assert.ts'
import { openSafetensors, type TensorSource, writeSafetensors } from './safetensors.ts'
import { groups, type Parameters } from './training-programs.ts'

const fileName = 'optimizer.safetensors'

export async function saveOptimizerState(folder: string, executor: Executor, parameters: Parameters, step: number) {
  const tensors = new Map<string, TensorSource>()
  for (const group of groups.moments)
    for (const { name, shape } of parameters) {
      const data = () => executor.readState(`${group}/${name}`).data as Float32Array
      tensors.set(`${group}.${name}`, { shape, data })
    }
  tensors.set('step', { shape: [], data: new Int32Array([step]) })
  await writeSafetensors(join(folder, fileName), tensors)
}

/**
 * Reads the moments into state, one by one, and returns the step count.
 * @throws UserError, before anything changes, when the file is missing or of another model.
 */
export async function loadOptimizerState(folder: string, executor: Executor, parameters: Parameters): Promise<number> {
  const path = join(folder, fileName)
  const stored = await openSafetensors(path)
  const find = (name: string, shape: readonly number[]) => {
    const tensor = stored.get(name)
    if (tensor && String(tensor.shape) === String(shape)) return tensor
    const found = tensor ? `shape [${tensor.shape}]` : 'no tensor'
    throw new UserError(`${path} has ${found} under "${name}", expected [${shape}] for this model.`)
  }
  const step = find('step', [])
  const moments = groups.moments.flatMap((group) =>
    parameters.map(({ name, shape }) => ({ state: `${group}/${name}`, tensor: find(`${group}.${name}`, shape) })),
  )
  for (const { state, tensor } of moments) executor.writeState(state, await tensor.read())
  return (await step.read())[0]!
}
