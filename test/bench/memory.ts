/**
 * `node test/bench/memory.ts`: what a run is estimated to hold in memory against the peak of its trainer process, on
 * several configurations. Options: --only NAME, --steps N (default 3).
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { estimateMemory } from '../../src-main/rl/preflight.ts'
import { resolveDataset } from '../../src-main/util/resources.ts'
import { type RunConfigInput, runConfigSchema } from '../../src-preload/contract/config.ts'
import { builtinModel, type Sizes, writeRandomModel } from './models.ts'
import { trainedMetrics } from './train.ts'

const middle: Sizes = {
  vocab_size: 4096,
  hidden_size: 512,
  intermediate_size: 1408,
  num_hidden_layers: 8,
  num_attention_heads: 8,
  num_key_value_heads: 2,
}
/** Qwen2.5-0.5B with a fifth of its vocabulary and a quarter of its layers. */
const wide: Sizes = {
  vocab_size: 32_000,
  hidden_size: 896,
  intermediate_size: 4864,
  num_hidden_layers: 6,
  num_attention_heads: 14,
  num_key_value_heads: 2,
}
const qwen: Sizes = { ...wide, vocab_size: 151_936, num_hidden_layers: 24 }

interface Subject {
  /** Absent: the built-in model. */
  readonly sizes?: Sizes
  readonly config: RunConfigInput
  /** Measured only when asked for by name. */
  readonly large?: boolean
}

const rollout = { prompts_per_step: 8, num_generations: 8, max_completion_length: 48 }
const update = { num_iterations: 1, mini_batch_prompts: 8 }

const subjects: Readonly<Record<string, Subject>> = {
  'built-in': { config: { method: { name: 'grpo' }, rollout: { max_completion_length: 64 } } },
  'full, reference': { sizes: middle, config: { method: { name: 'archer' }, rollout, update } },
  'full, checkpointing': {
    sizes: middle,
    config: { method: { name: 'grpo' }, rollout, update: { ...update, gradient_checkpointing: 'on' } },
  },
  'wide, LoRA': {
    sizes: wide,
    config: {
      method: { name: 'grpo' },
      rollout: { ...rollout, prompts_per_step: 2 },
      update: { ...update, mini_batch_prompts: 2 },
      lora: { r: 16 },
    },
  },
  'Qwen2.5-0.5B, LoRA': {
    sizes: qwen,
    large: true,
    config: {
      method: { name: 'grpo' },
      rollout: { ...rollout, prompts_per_step: 1 },
      update: { ...update, mini_batch_prompts: 1 },
      lora: { r: 16 },
    },
  },
}

async function measure(name: string, { sizes, config }: Subject, steps: number, temporary: string): Promise<string> {
  const folder = sizes ? await writeRandomModel(join(temporary, name), sizes) : builtinModel()!
  const whole = runConfigSchema.parse({
    ...config,
    name,
    steps,
    model: folder,
    threads: 2,
    checkpoint: { every: 0 },
  })
  const { peak } = await estimateMemory(whole, { model: folder, train: resolveDataset(whole.data.train) })
  const metrics = await trainedMetrics(whole)
  await rm(join(temporary, name), { recursive: true, force: true })
  const measured = metrics['memory/peak']!.at(-1)!
  const estimated = peak / 2 ** 20
  const tokens = metrics.tokens_per_second!.at(-1)!
  const texts = [`estimated ${estimated.toFixed(0)} MiB`, `measured ${measured.toFixed(0)} MiB`]
  return `${name.padEnd(20)} ${texts.join('   ')}   ratio ${(measured / estimated).toFixed(3)}   ${tokens.toFixed(0)} tokens/s`
}

const { values } = parseArgs({ options: { only: { type: 'string' }, steps: { type: 'string' } } })
const temporary = await mkdtemp(join(tmpdir(), 'quiver-bench-memory-'))
try {
  for (const [name, subject] of Object.entries(subjects)) {
    if (values.only ? values.only !== name : subject.large) continue
    console.log(await measure(name, subject, Number(values.steps ?? 3), temporary))
  }
} finally {
  await rm(temporary, { recursive: true, force: true })
}
