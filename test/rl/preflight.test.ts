/** What moves the estimate of a run's memory, and by how much. */
import { expect, test } from 'vitest'
import { estimateMemory } from '../../src-main/rl/preflight.ts'
import { resolveDataset, resolveModel } from '../../src-main/util/resources.ts'
import { type RunConfigInput, runConfigSchema } from '../../src-preload/contract/config.ts'
import { memoryFits, memorySentence } from '../../src-preload/contract/preflight.ts'

const paths = { model: resolveModel('builtin:arithmetic-1m'), train: resolveDataset('builtin:arithmetic-train') }
const estimate = (changes: RunConfigInput = {}) =>
  estimateMemory(runConfigSchema.parse({ method: { name: 'grpo' }, ...changes }), paths)

test('weights, gradients and moments are counted from the model; the reference only where KL looks at it', async () => {
  const { parts } = await estimate()
  expect(parts.gradients).toBe(parts.weights)
  expect(parts.optimizer).toBe(2 * parts.weights)
  expect(parts.reference).toBe(0)
  const { parts: withReference } = await estimate({ method: { name: 'grpo', beta: 0.01 } })
  expect(withReference.reference).toBe(parts.weights)
})

test('an adapter trains a small part and needs no copy for the reference', async () => {
  const { parts } = await estimate({ lora: { r: 4 }, method: { name: 'grpo', beta: 0.01 } })
  expect(parts.gradients).toBeLessThan(parts.weights / 8)
  expect(parts.reference).toBe(0)
})

test('smaller micro-batches and computing layers again lower the activations', async () => {
  const whole = await estimate()
  const small = await estimate({ update: { micro_batch_tokens: 1024 } })
  expect(small.parts.activations).toBeLessThan(whole.parts.activations / 2)
  const again = await estimate({ update: { gradient_checkpointing: 'on' } })
  expect(again.gradientCheckpointing).toBe(true)
  expect(again.parts.activations).toBeLessThan(whole.parts.activations / 2)
})

test('fewer responses side by side lower the cache', async () => {
  const [all, some] = [await estimate(), await estimate({ rollout: { max_num_seqs: 16 } })]
  expect(some.parts.cache).toBeLessThan(all.parts.cache / 4)
})

test('a run that does not fit says what to lower', async () => {
  const fitting = await estimate()
  expect(memorySentence(fitting)).toMatch(/^The run will take about \d+ MiB of this machine's .*\.$/)
  expect(memorySentence({ ...fitting, machine: fitting.peak })).toMatch(/too much: lower update\.micro_batch_tokens/)
})

test('on a card what the card has free counts, and the machine does not', async () => {
  const { parts, peak, ...rest } = await estimate()
  expect(rest.card).toBeNull()
  const needed = peak - parts.process + parts.weights / 2
  const on = (free: number) => ({
    parts,
    peak,
    ...rest,
    machine: 1,
    card: { name: 'Some card', total: 8 * 2 ** 30, free },
  })
  expect(memoryFits(on(needed / 0.8))).toBe(true)
  expect(memorySentence(on(needed / 0.8))).toMatch(
    /^The run will take an estimated \d+ MiB of Some card: .* 8\.0 GiB are free\./,
  )
  expect(memoryFits(on(needed))).toBe(false)
  expect(memorySentence(on(needed))).toContain('That is too much: lower update.micro_batch_tokens')
})
