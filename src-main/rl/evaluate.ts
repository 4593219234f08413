import type { EvaluationInfo } from '../../src-preload/contract/run.ts'
import type { GenerateRequest, Policy } from '../model/policy.ts'
import type { Tokenizer } from '../model/tokenizer.ts'
import type { Verdict, VerifyItem } from '../tasks/verify/verdict.ts'
import { averageAt, passAt } from './pass-at-k.ts'
import { decodeResponses, type Problem } from './rollout.ts'

export interface EvaluationRequest {
  readonly policy: Policy
  readonly tokenizer: Tokenizer
  readonly problems: readonly Problem[]
  readonly verify: (items: readonly VerifyItem[]) => Promise<Verdict[]>
  /** Samples per problem; 0 evaluates the greedy response only. */
  readonly n: number
  readonly k: readonly number[]
  readonly temperature: number
  readonly topP: number
  readonly topK: number
  readonly maxTokens: number
  readonly stop: readonly string[]
  readonly seed: number
  /** Rows generated together; memory, never the result. */
  readonly batchRows?: number
  readonly progress?: (done: number) => Promise<void>
}

/** Separates the uniforms of evaluation from those of training. */
const evaluationStream = 0x45564c

/**
 * Greedy accuracy, avg@n and pass@k (unbiased) with standard errors over problems, on held-out problems.
 * Returns metrics named as in the contract's metric map, plus `…/stderr`.
 */
export async function evaluate(request: EvaluationRequest): Promise<EvaluationInfo['metrics']> {
  const greedy = await sampleCorrect(request, 1, true)
  const samples = request.n > 0 ? await sampleCorrect(request, request.n, false) : undefined
  const metrics: Record<string, number> = {}
  const put = (name: string, estimate: { mean: number; standardError: number }): void => {
    metrics[name] = estimate.mean
    metrics[`${name}/stderr`] = estimate.standardError
  }
  put('eval/greedy', averageAt(greedy.correct, 1))
  if (!samples) return metrics
  put('eval/avg', averageAt(samples.correct, request.n))
  for (const k of request.k) if (k > 1 && k <= request.n) put(`eval/pass@${k}`, passAt(samples.correct, request.n, k))
  metrics['eval/entropy'] = samples.entropySum / Math.max(1, samples.tokens)
  metrics['eval/mean_length'] = samples.tokens / (request.problems.length * request.n)
  return metrics
}

interface SampledCounts {
  /** Correct responses per problem. */
  readonly correct: number[]
  entropySum: number
  tokens: number
}

async function sampleCorrect(request: EvaluationRequest, n: number, greedy: boolean): Promise<SampledCounts> {
  const { problems, batchRows = 128, progress } = request
  const counts: SampledCounts = { correct: problems.map(() => 0), entropySum: 0, tokens: 0 }
  const perBatch = Math.max(1, Math.floor(batchRows / n))
  for (let start = 0; start < problems.length; start += perBatch) {
    await progress?.(start / problems.length)
    const batch = problems.slice(start, start + perBatch)
    const generation = await request.policy.generate(generationOf(request, batch, n, start * n, greedy))
    const responses = decodeResponses(generation, request.tokenizer)
    const verdicts = await request.verify(
      responses.map(({ text }, row) => ({
        response: text,
        answer: batch[Math.floor(row / n)]!.answer,
        allTests: true,
      })),
    )
    verdicts.forEach((verdict, row) => {
      counts.correct[start + Math.floor(row / n)]! += Number(verdict.correct)
    })
    counts.tokens += generation.entropies.length
    for (const entropy of generation.entropies) counts.entropySum += entropy
  }
  return counts
}

function generationOf(
  request: EvaluationRequest,
  problems: readonly Problem[],
  n: number,
  firstRow: number,
  greedy: boolean,
): GenerateRequest {
  const prompts = problems.flatMap((problem) => Array.from({ length: n }, () => problem.promptIds))
  const { temperature, topP, topK, maxTokens, stop, seed } = request
  return {
    prompts,
    seed,
    step: evaluationStream,
    rowIds: Int32Array.from(prompts, (_, row) => firstRow + row),
    temperature,
    topP,
    topK,
    maxTokens,
    stop,
    greedy,
  }
}
