/** Computing layers again in the backward pass: less is kept, the gradients stay. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { evaluateDim, sizeOfShape } from '../../src-main/engine/dims.ts'
import type { Program } from '../../src-main/engine/graph.ts'
import { type ModelConfig, readModelConfig } from '../../src-main/model/config.ts'
import { createPolicy } from '../../src-main/model/create-policy.ts'
import { layerBackwardProgram, layeredForwardProgram, layerSignature } from '../../src-main/model/layered-programs.ts'
import type { TokenRows } from '../../src-main/model/policy.ts'
import type { GradientCheckpointing } from '../../src-main/model/token-passes.ts'
import { forwardProgram, type Parameters } from '../../src-main/model/training-programs.ts'

const folder = join(import.meta.dirname, '../fixtures/models/qwen2-tied')
const rows: TokenRows = {
  tokens: Int32Array.from({ length: 150 }, (_, index) => (index * 37) % 500),
  promptLengths: Int32Array.of(3, 1, 9),
  responseLengths: Int32Array.of(60, 20, 57),
}
const shape = { blocks: 4, chunks: 1, referenceKl: false }

async function trained(gradientCheckpointing: GradientCheckpointing, withEntropies: boolean) {
  const policy = await createPolicy({ folder, threads: 1, gradientCheckpointing })
  const { logprobs, entropies } = await policy.forward(rows, 0.9)
  const dEntropies = withEntropies ? entropies.map((_, index) => Math.cos(index) / 10) : undefined
  await policy.backward(
    logprobs.map((_, index) => Math.sin(index)),
    dEntropies,
  )
  const gradients = policy.readGradients()
  await policy.dispose()
  return { logprobs, entropies, gradients }
}

test.each([true, false])('gradients are those of kept results; with entropies: %s', async (withEntropies) => {
  const [kept, again] = [await trained('off', withEntropies), await trained('on', withEntropies)]
  expect(again.logprobs).toEqual(kept.logprobs)
  expect(again.entropies).toEqual(kept.entropies)
  for (const [name, { data }] of kept.gradients) {
    const scale = data.reduce((most, x) => Math.max(most, Math.abs(x)), 1e-6)
    const worst = again.gradients.get(name)!.data.reduce((most, x, i) => Math.max(most, Math.abs(x - data[i]!)), 0)
    expect(worst / scale, name).toBeLessThan(1e-5)
  }
})

const parametersOf = async (): Promise<Parameters> => {
  const policy = await createPolicy({ folder, threads: 1 })
  const parameters = [...policy.readGradients()].map(([name, { shape }]) => ({ name, shape }))
  await policy.dispose()
  return parameters
}

/** Bytes of a forward program's results for 1000 rows. */
function keptBytes({ outputs }: Program): number {
  const sizes = new Map(Object.entries({ rows: 1000, tokens: 900, block: 25, batch: 10 }))
  const bytes = Object.values(outputs).map(
    (value) => 4 * sizeOfShape(value.shape.map((dim) => evaluateDim(dim, sizes))),
  )
  return bytes.reduce((sum, size) => sum + size, 0)
}

test('what is kept shrinks to what enters each layer', async () => {
  const config: ModelConfig = await readModelConfig(folder)
  const parameters = await parametersOf()
  const layered = keptBytes(layeredForwardProgram(config, shape))
  expect(layered).toBe(4 * (1000 * config.hiddenSize * (config.layerCount + 1) + 2 * 900))
  expect(keptBytes(forwardProgram(config, shape, parameters))).toBeGreaterThan(3 * layered)
})

test('layers that differ in their number only share one program', async () => {
  const config: ModelConfig = await readModelConfig(folder)
  const parameters = await parametersOf()
  const signature = (index: number, without?: string) => {
    const some = parameters.filter(({ name }) => name !== without)
    return layerSignature(layerBackwardProgram(config, 1, some, index), index)
  }
  expect(signature(1)).toBe(signature(0))
  expect(signature(1, 'model.layers.1.mlp.up_proj.weight')).not.toBe(signature(0))
})
