/** What moves the estimate of a run's memory, and by how much. */
import { expect, test } from 'vitest'
import { estimateMemory, memoryPeaks } from '../../src-main/rl/preflight.ts'
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

test('on a card what the card has free counts, and what stays in the machine as well', async () => {
  const { parts, peak, ...rest } = await estimate()
  expect(rest.card).toBeNull()
  const on = (free: number, machine = 2 * peak) => ({
    ...{ parts, peak, ...rest, machine },
    card: { name: 'Some card', total: 8 * 2 ** 30, free, peak: 2 ** 30 },
  })
  expect(memoryFits(on(1.2 * 2 ** 30))).toBe(true)
  expect(memorySentence(on(1.2 * 2 ** 30))).toMatch(
    /^The run will take about 1\.0 GiB of Some card, 1\.2 GiB of whose 8\.0 GiB are free, and \d+ MiB of this machine's/,
  )
  expect(memoryFits(on(2 ** 30))).toBe(false)
  expect(memorySentence(on(2 ** 30))).toMatch(/too much: lower update\.micro_batch_tokens.*, optimizer\.offload: true,/)
  expect(memoryFits(on(1.2 * 2 ** 30, peak))).toBe(false)
  expect(memorySentence(on(1.2 * 2 ** 30, peak))).not.toContain('optimizer.offload')
})

test('a card holds trained weights in two widths and frozen ones in the narrow one', async () => {
  const method = { name: 'grpo', beta: 0.01 } as const
  const [host, card] = [await estimate({ method }), await estimate({ method, device: 'cuda' })]
  expect(card.parts.gradients).toBe(host.parts.gradients)
  expect(card.parts.optimizer).toBe(host.parts.optimizer)
  const ratio = (part: 'weights' | 'reference') => card.parts[part] / host.parts[part]
  // A model this small leaves much of its blocks empty.
  expect(ratio('weights')).toBeGreaterThan(1.5)
  expect(ratio('weights')).toBeLessThan(1.7)
  expect(ratio('reference')).toBeGreaterThan(0.5)
  expect(ratio('reference')).toBeLessThan(0.6)
})

test('offloaded moments count as memory of the machine instead of the card', async () => {
  const { parts } = await estimate({ device: 'cuda' })
  const card = { name: 'Some card', total: 8 * 2 ** 30, free: 7 * 2 ** 30 }
  const [kept, offloaded] = [false, true].map((offload) => memoryPeaks(parts, card, { offload }))
  expect(kept!.card!.peak - offloaded!.card!.peak).toBe(parts.optimizer)
  expect(offloaded!.peak - kept!.peak).toBe(parts.optimizer)
  expect(kept!.peak).toBe(parts.process)
  const all = kept!.peak + kept!.card!.peak
  expect(memoryPeaks(parts, null, { offload: true }).peak).toBeLessThan(all)
})
