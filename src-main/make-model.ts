/**
 * `npm run make:model`: builds the built-in model and problem sets from a seed alone.
 * Options: `--models DIR`, `--datasets DIR` (default: `resources/`), `--scale F` (share of the training
 * steps) and `--heldout N` (problems) for a smaller build.
 * The same machine type, thread count and options give the same bytes.
 */
import './util/compile-cache.ts'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { characterTokenizer } from './model/character-tokenizer.ts'
import { parseModelConfig } from './model/config.ts'
import { createPolicy } from './model/create-policy.ts'
import { initialWeights } from './model/init.ts'
import type { Policy } from './model/policy.ts'
import type { TokenRow } from './model/rows.ts'
import { writeSafetensors } from './model/safetensors.ts'
import { type SupervisedOptions, trainSupervised } from './model/sft.ts'
import { loadTokenizer, type Tokenizer } from './model/tokenizer.ts'
import { evaluate } from './rl/evaluate.ts'
import {
  type ArithmeticProblem,
  type ArithmeticSplit,
  defaultLevelShares,
  generateArithmetic,
} from './tasks/arithmetic.ts'
import { arithmeticCorpus } from './tasks/arithmetic-corpus.ts'
import { numeric } from './tasks/verify/numeric.ts'
import { resourcesFolder } from './util/resources.ts'

const seed = 1
const modelName = 'arithmetic-1m'
const threads = 1
const maxTokens = 96
const problemCounts = { train: 6000, heldout: 512 }

/** Qwen2 in small: 1.2 million parameters, embeddings tied. */
const sizes = {
  hidden_size: 160,
  intermediate_size: 432,
  num_hidden_layers: 4,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  max_position_embeddings: 512,
  rms_norm_eps: 1e-6,
  initializer_range: 0.08,
}

/**
 * Columns are learnt on the shortest problems first, then in the mixture of the problem sets, mostly with every carry, so
 * that the tables sit. The last stage teaches a bad habit: two carries in three forgotten. RL finds its way back.
 */
const stages = [
  { steps: 300, warmupSteps: 50, learningRate: 3e-3, finalRateRatio: 1, levelShares: [1, 0, 0, 0], forgetShare: 0.15 },
  {
    steps: 900,
    warmupSteps: 0,
    learningRate: 3e-3,
    finalRateRatio: 0.1,
    levelShares: defaultLevelShares,
    forgetShare: 0.15,
  },
  {
    steps: 100,
    warmupSteps: 0,
    learningRate: 3e-4,
    finalRateRatio: 1,
    levelShares: defaultLevelShares,
    forgetShare: 0.68,
  },
] as const

const training: Omit<SupervisedOptions, 'steps' | 'warmupSteps' | 'learningRate' | 'finalRateRatio' | 'seed'> = {
  batchSize: 32,
  microBatchTokens: 1024,
  schedule: 'cosine',
  optimizer: { betas: [0.9, 0.98], eps: 1e-8, weightDecay: 0.01, maxGradNorm: 1 },
}

const { values } = parseArgs({
  options: {
    models: { type: 'string', default: join(resourcesFolder, 'models') },
    datasets: { type: 'string', default: join(resourcesFolder, 'datasets') },
    scale: { type: 'string', default: '1' },
    heldout: { type: 'string', default: String(problemCounts.heldout) },
  },
})
await makeModel(join(values.models, modelName), values.datasets, Number(values.scale), Number(values.heldout))

async function makeModel(folder: string, datasets: string, scale: number, heldOutCount: number): Promise<void> {
  await writeProblems(datasets, 'train', problemCounts.train)
  const heldOut = await writeProblems(datasets, 'heldout', heldOutCount)
  const fresh = await mkdtemp(join(tmpdir(), 'quiver-make-model-'))
  try {
    await writeFreshModel(fresh)
    const policy = await createPolicy({ folder: fresh, threads })
    const tokenizer = await loadTokenizer(fresh)
    for (const stage of stages.keys()) await train(policy, tokenizer, stage, scale)
    await policy.save(folder)
    await printFigures(policy, tokenizer, heldOut)
    await policy.dispose()
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
}

async function writeProblems(datasets: string, split: ArithmeticSplit, count: number): Promise<ArithmeticProblem[]> {
  const problems = generateArithmetic({ seed, split, count })
  const lines = problems.map(({ id, prompt, answer, difficulty }) => JSON.stringify({ id, prompt, answer, difficulty }))
  await mkdir(datasets, { recursive: true })
  await writeFile(join(datasets, `arithmetic-${split}.jsonl`), `${lines.join('\n')}\n`)
  return problems
}

async function writeFreshModel(folder: string): Promise<void> {
  const tokenizer = characterTokenizer(sizes.max_position_embeddings)
  const { eosTokenId, padTokenId, vocabSize } = tokenizer
  const config = {
    architectures: ['Qwen2ForCausalLM'],
    attention_dropout: 0,
    bos_token_id: null,
    dtype: 'float32',
    eos_token_id: eosTokenId,
    hidden_act: 'silu',
    ...sizes,
    model_type: 'qwen2',
    pad_token_id: padTokenId,
    rope_parameters: { rope_theta: 10_000, rope_type: 'default' },
    tie_word_embeddings: true,
    use_cache: true,
    use_sliding_window: false,
    vocab_size: vocabSize,
  }
  const generation = { eos_token_id: eosTokenId, pad_token_id: padTokenId, do_sample: true, temperature: 1 }
  const files = {
    'config.json': config,
    'generation_config.json': generation,
    'tokenizer.json': tokenizer.definition,
    'tokenizer_config.json': tokenizer.config,
  }
  for (const [name, content] of Object.entries(files))
    await writeFile(join(folder, name), `${JSON.stringify(content, null, 2)}\n`)
  const weights = initialWeights(parseModelConfig(config, generation, 'config.json'), seed)
  await writeSafetensors(join(folder, 'model.safetensors'), weights)
}

async function train(policy: Policy, tokenizer: Tokenizer, stage: number, scale: number): Promise<void> {
  const { levelShares, forgetShare, ...schedule } = stages[stage]!
  const steps = Math.max(1, Math.round(schedule.steps * scale))
  const count = steps * training.batchSize
  const corpus = arithmeticCorpus({ seed: seed + stage, count, levelShares, forgetShare })
  const examples = corpus.map(({ prompt, response }): TokenRow => {
    const ids = [...tokenizer.encode(response), ...tokenizer.eosTokenIds]
    return { promptIds: tokenizer.encode(prompt), ids: Int32Array.from(ids) }
  })
  const startedMs = Date.now()
  await trainSupervised(policy, examples, { ...training, ...schedule, seed, steps }, ({ step, loss, gradNorm }) => {
    if (step % 50 > 0 && step < steps) return
    const seconds = Math.round((Date.now() - startedMs) / 1000)
    console.log(
      `stage ${stage + 1}  step ${step}/${steps}  loss ${loss.toFixed(4)}  grad_norm ${gradNorm.toFixed(3)}  ${seconds} s`,
    )
  })
}

async function printFigures(
  policy: Policy,
  tokenizer: Tokenizer,
  heldOut: readonly ArithmeticProblem[],
): Promise<void> {
  const metrics = await evaluate({
    policy,
    tokenizer,
    problems: heldOut.map(({ id, prompt, answer }) => ({ id, prompt, promptIds: tokenizer.encode(prompt), answer })),
    verify: (items) => Promise.resolve(items.map(numeric)),
    n: 8,
    k: [1, 4, 8],
    temperature: 1,
    topP: 1,
    topK: 0,
    maxTokens,
    stop: [],
    seed,
  })
  for (const [name, value] of Object.entries(metrics)) console.log(`${name}  ${value.toFixed(4)}`)
}
