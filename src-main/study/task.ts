/**
 * The task of the study: the built-in arithmetic, made hard enough to tell methods apart. Problems are the long ones, and
 * the starting model is the built-in one after a short training on worse solutions: carries forgotten and columns slipped
 * by one. So answers differ from sample to sample, pass@k rises over the whole range of k, and there is entropy to lose.
 */
import { existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createPolicy } from '../model/create-policy.ts'
import type { TokenRow } from '../model/rows.ts'
import { trainSupervised } from '../model/sft.ts'
import { loadTokenizer } from '../model/tokenizer.ts'
import { type ArithmeticSplit, generateArithmetic } from '../tasks/arithmetic.ts'
import { arithmeticCorpus } from '../tasks/arithmetic-corpus.ts'
import { resolveModel } from '../util/resources.ts'

export const studyTask = {
  seed: 11,
  /** Shares of the levels 2+2, 3+3, 2+2+2 and 3+2+2 digits. */
  levelShares: [0, 0.1, 0.3, 0.6],
  problems: { train: 600, heldout: 48 },
  lapses: { forgetShare: 0.6, slipShare: 0.15 },
  training: { steps: 120, batchSize: 32, learningRate: 5e-4 },
} as const

export interface TaskFiles {
  readonly model: string
  readonly train: string
  readonly heldOut: string
}

/** Writes model and problems under `folder`, unless they are there; a pure function of `studyTask`. */
export async function prepareTask(folder: string): Promise<TaskFiles> {
  await mkdir(folder, { recursive: true })
  const model = join(folder, 'model')
  if (!existsSync(model)) await writeModel(model)
  return { model, train: await writeProblems(folder, 'train'), heldOut: await writeProblems(folder, 'heldout') }
}

async function writeProblems(folder: string, split: ArithmeticSplit): Promise<string> {
  const { seed, levelShares, problems } = studyTask
  const path = join(folder, `${split}.jsonl`)
  const lines = generateArithmetic({ seed, split, levelShares, count: problems[split] }).map(
    ({ id, prompt, answer, difficulty }) => JSON.stringify({ id, prompt, answer, difficulty }),
  )
  if (!existsSync(path)) await writeFile(path, `${lines.join('\n')}\n`)
  return path
}

/** Trains the built-in model on worse solutions; written under a temporary name first, so that a folder is whole. */
async function writeModel(folder: string): Promise<void> {
  const start = resolveModel('builtin:arithmetic-1m')
  const policy = await createPolicy({ folder: start, threads: 1 })
  const tokenizer = await loadTokenizer(start)
  const { seed, levelShares, lapses, training } = studyTask
  const count = training.steps * training.batchSize
  const examples = arithmeticCorpus({ seed, count, levelShares, ...lapses }).map(({ prompt, response }): TokenRow => {
    const ids = [...tokenizer.encode(response), ...tokenizer.eosTokenIds]
    return { promptIds: tokenizer.encode(prompt), ids: Int32Array.from(ids) }
  })
  await trainSupervised(policy, examples, {
    ...training,
    seed,
    warmupSteps: 5,
    schedule: 'cosine',
    finalRateRatio: 0.1,
    microBatchTokens: 1024,
    optimizer: { betas: [0.9, 0.98], eps: 1e-8, weightDecay: 0.01, maxGradNorm: 1 },
  })
  const partial = `${folder}.partial`
  await rm(partial, { recursive: true, force: true })
  await policy.save(partial)
  await policy.dispose()
  await rename(partial, folder)
}
