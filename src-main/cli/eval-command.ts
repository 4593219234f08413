import type { EvaluationInfo } from '../../src-preload/contract/run.ts'
import type { VerifierConfig } from '../../src-preload/contract/verifier.ts'
import type { OpenOptions } from '../model/policy-client.ts'
import { evaluate } from '../rl/evaluate.ts'
import { loadProblems } from '../rl/problems.ts'
import { startVerifyPool } from '../tasks/verify/pool.ts'
import { UserError } from '../util/assert.ts'
import { withPolicy } from './model-commands.ts'

export interface EvalOptions {
  readonly dataset: string
  readonly n: number
  readonly k: readonly number[]
  readonly limit?: number
  readonly temperature: number
  readonly topP: number
  readonly topK: number
  readonly maxTokens: number
  readonly seed: number
  readonly verifier: VerifierConfig
  readonly promptTemplate: string
}

/** Evaluates a model on a dataset file: greedy accuracy, avg@n, pass@k, with every setting that made them. */
export async function evaluateFolder(
  source: OpenOptions,
  options: EvalOptions,
  progress: (done: number) => void,
): Promise<EvalOptions & { model: string; problems: number; metrics: EvaluationInfo['metrics'] }> {
  const largest = Math.max(0, ...options.k)
  if (largest > options.n)
    throw new UserError(
      `pass@${largest} needs at least ${largest} samples per problem, got --n ${options.n}. Raise --n or lower --k.`,
    )
  return withPolicy(source, async (policy, tokenizer) => {
    const { problems } = await loadProblems(options.dataset, tokenizer, {
      promptTemplate: options.promptTemplate,
      maxPromptLength: Number.POSITIVE_INFINITY,
      ...(options.limit ? { limit: options.limit } : {}),
    })
    const pool = startVerifyPool(options.verifier)
    try {
      await pool.ready()
      const metrics = await evaluate({
        ...options,
        policy,
        tokenizer,
        problems,
        verify: (items) => pool.verify(items),
        stop: [],
        progress: async (done) => progress(done),
      })
      return { ...options, model: source.folder, problems: problems.length, metrics }
    } finally {
      await pool.dispose()
    }
  })
}
