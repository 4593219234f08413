import type { PassSettings, PromptEntropy } from '../../src-preload/contract/curriculum.ts'
import type { Policy } from '../model/policy.ts'
import type { Tokenizer } from '../model/tokenizer.ts'
import type { Verdict, VerifyItem } from '../tasks/verify/verdict.ts'
import { readsAnswers, unifyEqualAnswers } from './equal-answers.ts'
import { decodeResponses, type Problem } from './rollout.ts'
import { type AnsweredResponse, semanticEntropy } from './semantic-entropy.ts'

/** Where a pass keeps what it has found out, so that it can go on after an interruption. */
export interface PassRecord {
  /** Says how many prompts there are, before anything is added. */
  begin(prompts: number): void
  /** Prompts that are done, in no order. */
  done(): readonly PromptEntropy[]
  add(prompts: readonly PromptEntropy[]): void
}

export interface PassSources {
  readonly policy: Policy
  readonly tokenizer: Tokenizer
  readonly verify: (items: readonly VerifyItem[]) => Promise<Verdict[]>
  readonly problems: readonly Problem[]
  readonly settings: PassSettings
  readonly record: PassRecord
  /** Awaited before each batch, with the share that is done; throws to stop. */
  readonly proceed: (done: number) => Promise<void>
}

/** Separates the uniforms of a pass from those of training and evaluation. */
const passStream = 0x5345
/** Responses generated together; memory, never the result. */
const batchRows = 256
/** Characters of a prompt that are kept for people to read. */
const keptPromptLength = 300

/**
 * Samples `num_samples` responses to every problem that is not done yet, in the dataset's order, and adds entropy and
 * accuracy of each to the record. A problem's responses are a pure function of (model, settings, position).
 */
export async function semanticEntropyPass(sources: PassSources): Promise<void> {
  const { problems, settings, record } = sources
  record.begin(problems.length)
  const known = new Set(record.done().map(({ position }) => position))
  const missing = problems.map((problem, position) => ({ problem, position })).filter((one) => !known.has(one.position))
  const perBatch = Math.max(1, Math.floor(batchRows / settings.num_samples))
  for (let start = 0; start < missing.length; start += perBatch) {
    await sources.proceed((known.size + start) / problems.length)
    record.add(await samplePrompts(sources, missing.slice(start, start + perBatch)))
  }
}

interface PlacedProblem {
  readonly problem: Problem
  readonly position: number
}

async function samplePrompts(sources: PassSources, batch: readonly PlacedProblem[]): Promise<PromptEntropy[]> {
  const { policy, tokenizer, verify, settings } = sources
  const size = settings.num_samples
  const rows = batch.flatMap(({ problem, position }) =>
    Array.from({ length: size }, (_, sample) => ({ problem, rowId: position * size + sample })),
  )
  const generation = await policy.generate({
    prompts: rows.map(({ problem }) => problem.promptIds),
    rowIds: Int32Array.from(rows, ({ rowId }) => rowId),
    seed: settings.seed,
    step: passStream,
    temperature: settings.temperature,
    topP: settings.top_p,
    topK: settings.top_k,
    maxTokens: settings.max_completion_length,
    stop: settings.stop,
  })
  const responses = decodeResponses(generation, tokenizer)
  const verdicts = await verify(
    responses.map(({ text }, row) => ({ response: text, answer: rows[row]!.problem.answer })),
  )
  const answered = responses.map(
    ({ ids, rolloutLogprobs }, row): AnsweredResponse => ({
      answer: verdicts[row]!.extracted,
      correct: verdicts[row]!.correct,
      logprob: rolloutLogprobs.reduce((sum, logprob) => sum + logprob, 0),
      tokens: ids.length,
    }),
  )
  const perPrompt = batch.map((_, index) => answered.slice(index * size, (index + 1) * size))
  const unified = readsAnswers(settings.verifier) ? await unifyEqualAnswers(perPrompt, verify) : perPrompt
  return batch.map(({ problem, position }, index) => {
    const own = unified[index]!
    return {
      position,
      promptId: problem.id,
      prompt: problem.prompt.slice(0, keptPromptLength),
      accuracy: own.filter(({ correct }) => correct).length / size,
      ...semanticEntropy(own, settings.cluster_weight),
    }
  })
}
