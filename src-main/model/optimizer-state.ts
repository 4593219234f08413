/** Moments and step count as `optimizer.safetensors`, under PyTorch's names: `exp_avg.<weight>`, `exp_avg_sq.<weight>`. */
import { join } from 'node:path'
import { sizeOfShape } from '../engine/dims.ts'
import type { Executor } from '../engine/executor.ts'
import { UserError } from '../util/assert.ts'
import { readSafetensors, writeSafetensors } from './safetensors.ts'
import { groups, type Parameters } from './training-programs.ts'

const fileName = 'optimizer.safetensors'

export async function saveOptimizerState(folder: string, executor: Executor, parameters: Parameters, step: number) {
  const tensors = new Map<string, { shape: readonly number[]; data: Float32Array | Int32Array }>()
  for (const group of groups.moments) {
    for (const { name, shape } of parameters) {
      const { data } = executor.readState(`${group}/${name}`)
      tensors.set(`${group}.${name}`, { shape, data: data as Float32Array })
    }
  }
  tensors.set('step', { shape: [], data: new Int32Array([step]) })
  await writeSafetensors(join(folder, fileName), tensors)
}

/**
 * Reads the moments into state and returns the step count.
 * @throws UserError, before anything changes, when the file is missing or of another model.
 */
export async function loadOptimizerState(folder: string, executor: Executor, parameters: Parameters): Promise<number> {
  const path = join(folder, fileName)
  const stored = await readSafetensors(path)
  const find = (name: string, size: number) => {
    const data = stored.get(name)?.data
    if (data?.length === size) return data
    throw new UserError(`${path} has ${data?.length ?? 'no'} numbers in "${name}", expected ${size} for this model.`)
  }
  const step = find('step', 1)[0]!
  const moments = groups.moments.flatMap((group) =>
    parameters.map(({ name, shape }) => ({
      state: `${group}/${name}`,
      data: find(`${group}.${name}`, sizeOfShape(shape)),
    })),
  )
  for (const { state, data } of moments) executor.writeState(state, data)
  return step
}
