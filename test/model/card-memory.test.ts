/** What a run on a card is estimated to take, against what the executor asks the card for; nothing is computed. */
import { expect, test } from 'vitest'
import { createCudaExecutor } from '../../src-main/engine/executors/cuda/executor.ts'
import { type ModelConfig, parseModelConfig } from '../../src-main/model/config.ts'
import { generate } from '../../src-main/model/generate.ts'
import { generationBytes, stateBytes, trainingBytes } from '../../src-main/model/memory-estimate.ts'
import { cardMeter } from '../../src-main/model/memory-meter.ts'
import { programCache } from '../../src-main/model/program-cache.ts'
import { createRopeState } from '../../src-main/model/rope.ts'
import { expectedTensors, linearModules, trainedTensors } from '../../src-main/model/tensors.ts'
import { backwardRows, forwardRows } from '../../src-main/model/token-passes.ts'
import { groups } from '../../src-main/model/training-programs.ts'
import { qwen } from '../card/qwen.ts'
import { RecordingDriver } from '../helpers/cuda-driver/recording.ts'

const full = parseModelConfig({ ...qwen, num_hidden_layers: 4, max_position_embeddings: 1024 }, {}, 'config.json')
const modules = new Map([...linearModules(full).keys()].map((module) => [module, { rank: 16, scale: 2 }]))
const lowRank: ModelConfig = { ...full, adapter: { modules, dropout: 0 } }

/** Weights and the rest of the state on a card, with what the passes over them need. */
function contextOf(config: ModelConfig, gradientCheckpointing: 'on' | 'off') {
  const executor = createCudaExecutor(new RecordingDriver({ memory: 2 ** 38 }), { precision: 'bfloat16' })
  const trained = trainedTensors(config)
  const parameters = [...trained].map(([name, shape]) => ({ name, shape }))
  for (const [name, shape] of expectedTensors(config))
    executor.createState(`${groups.policy}/${name}`, { shape, frozen: !trained.has(name) })
  for (const { name, shape } of parameters)
    for (const group of [groups.gradient, ...groups.moments]) executor.createState(`${group}/${name}`, { shape })
  createRopeState(executor, config)
  return {
    ...{ config, parameters, executor, programs: programCache(executor), gradientCheckpointing },
    ...{ dropout: { seed: 1, step: 0 }, checkpoint: () => Promise.resolve() },
  }
}

/** Most bytes that a card holds in a forward and backward pass over rows of 512 tokens. */
async function peakOf(config: ModelConfig, count: number, gradientCheckpointing: 'on' | 'off') {
  const rows = {
    tokens: new Int32Array(512 * count),
    promptLengths: new Int32Array(count).fill(64),
    responseLengths: new Int32Array(count).fill(448),
  }
  const context = contextOf(config, gradientCheckpointing)
  const { executor } = context
  const { statistics, pending } = await forwardRows(context, rows, 1, false)
  const cotangent = () => new Float32Array(statistics.logprobs.length)
  await backwardRows(context, pending, { dLogprobs: cotangent(), dEntropies: cotangent() })
  const { peak } = executor.memory
  await executor.dispose()
  const { weights, gradients, moments } = stateBytes(config, cardMeter)
  const { kept, working } = trainingBytes(config, rows, { gradientCheckpointing, meter: cardMeter })
  return { peak, estimate: weights + gradients + moments + kept + working, activations: kept + working }
}

test.each([
  ['full fine-tuning, layers computed again', full, 40, 'on'],
  ['full fine-tuning, results kept', full, 8, 'off'],
  ['an adapter, results kept', lowRank, 8, 'off'],
  ['an adapter, layers computed again', lowRank, 40, 'on'],
] as const)('%s', async (_, config, count, checkpointing) => {
  const { peak, estimate } = await peakOf(config, count, checkpointing)
  expect(estimate / peak).toBeGreaterThan(0.97)
  expect(estimate / peak).toBeLessThan(1.1)
})

test('computing layers again takes a fraction of what keeping their results takes', async () => {
  const [kept, again] = [await peakOf(lowRank, 16, 'off'), await peakOf(lowRank, 16, 'on')]
  expect(kept.peak - again.peak).toBeGreaterThan(0.3 * kept.activations)
})

test('generation: caches at their full length, and what a token and the prompts take', async () => {
  const { executor, ...context } = contextOf(lowRank, 'off')
  const size = { rows: 64, prompts: 8, promptTokens: 128, maxTokens: 200 }
  const prompts = Array.from({ length: size.rows }, (_, row) => new Int32Array(size.promptTokens).fill(row >> 3))
  const sampling = { temperature: 1, topP: 1, topK: 0, stop: [], seed: 1, step: 1, maxTokens: size.maxTokens }
  await generate({ ...context, executor, decode: () => '' }, { ...sampling, prompts })
  const { peak } = executor.memory
  await executor.dispose()
  const { weights, gradients, moments } = stateBytes(lowRank, cardMeter)
  const { cache, working } = generationBytes(lowRank, size, cardMeter)
  const states = weights + gradients + moments
  const estimate = states + cache + working
  expect(estimate / peak).toBeGreaterThan(0.97)
  expect(estimate / peak).toBeLessThan(1.1)
  expect(cache + working).toBeGreaterThan(0.15 * states)
})
