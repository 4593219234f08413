import type { RunConfig } from '../../src-preload/contract/config.ts'
import { traceFlags } from '../../src-preload/contract/trace.ts'
import type { FinishReason, Generation, Policy, TokenMoments } from '../model/policy.ts'
import type { Tokenizer } from '../model/tokenizer.ts'
import type { Verdict, VerifyItem } from '../tasks/verify/verdict.ts'
import type { RunControl } from './control.ts'
import { isConstantGroup } from './filters.ts'
import { overlongPenalty } from './rewards.ts'
import type { ProblemSampler } from './sampler.ts'

/** A problem ready for the model. */
export interface Problem {
  readonly id: string
  readonly prompt: string
  readonly promptIds: Int32Array
  readonly answer: string
}

/** One sampled response with everything known of it; the update fills in the training side. */
export interface Rollout {
  readonly ids: Int32Array
  readonly text: string
  /** UTF-16 units of `text` per token. */
  readonly textLengths: Uint16Array
  readonly rolloutLogprobs: Float32Array
  readonly rolloutEntropies: Float32Array
  readonly finishReason: FinishReason
  readonly verdict: Verdict
  readonly rewardParts: Readonly<Record<string, number>>
  readonly reward: number
  advantage: number
  referenceLogprobs?: Float32Array
  referenceEntropies?: Float32Array
  policyLogprobs?: Float32Array
  /** Second-order statistics under the policy that sampled, for methods that ask for them. */
  rolloutMoments?: TokenMoments
  /** Bits of the contract's traceFlags. */
  readonly flags: Uint8Array
}

export interface RolloutGroup {
  readonly problem: Problem
  readonly rollouts: readonly Rollout[]
  /** True when the group filter keeps it out of the update. */
  readonly filtered: boolean
}

export interface RolloutBatch {
  readonly groups: readonly RolloutGroup[]
  readonly rounds: number
  readonly generateMs: number
  readonly verifyMs: number
}

export interface RolloutSources {
  readonly config: RunConfig
  readonly policy: Policy
  readonly tokenizer: Tokenizer
  readonly sampler: ProblemSampler<Problem>
  readonly verify: (items: readonly VerifyItem[]) => Promise<Verdict[]>
  readonly control: RunControl
}

/**
 * Samples groups of responses, verifies and rewards them. With `refill`, groups without spread make room for new
 * prompts until the batch is full or the rounds are spent (DAPO's dynamic sampling; the test is on accuracy, never on
 * the shaped reward).
 */
export async function sampleBatch(sources: RolloutSources, step: number): Promise<RolloutBatch> {
  const { rollout } = sources.config
  const rounds = rollout.group_filter === 'refill' ? rollout.max_gen_batches : 1
  const groups: RolloutGroup[] = []
  let generateMs = 0
  let verifyMs = 0
  for (let round = 0; round < rounds; round++) {
    const missing = rollout.prompts_per_step - groups.filter((group) => !group.filtered).length
    if (missing === 0) return { groups, rounds: round, generateMs, verifyMs }
    await sources.control.proceedOrStop('generate', round / rounds)
    const problems = sources.sampler.draw(missing)
    const generated = sources.control.clockMs()
    const generation = await generateGroups(sources, problems, step, round)
    const verified = sources.control.clockMs()
    await sources.control.proceedOrStop('verify', round / rounds)
    groups.push(...(await rewardGroups(sources, problems, generation)))
    generateMs += verified - generated
    verifyMs += sources.control.clockMs() - verified
  }
  return { groups, rounds, generateMs, verifyMs }
}

function generateGroups(
  { config, policy }: RolloutSources,
  problems: readonly Problem[],
  step: number,
  round: number,
): Promise<Generation> {
  const {
    num_generations: size,
    prompts_per_step,
    temperature,
    top_p,
    top_k,
    max_completion_length,
    stop,
    max_num_seqs,
  } = config.rollout
  const prompts = problems.flatMap((problem) => Array.from({ length: size }, () => problem.promptIds))
  const firstRow = round * prompts_per_step * size
  return policy.generate({
    prompts,
    seed: config.seed,
    step,
    rowIds: Int32Array.from(prompts, (_, row) => firstRow + row),
    temperature,
    topP: top_p,
    topK: top_k,
    maxTokens: max_completion_length,
    stop,
    maxSequences: max_num_seqs,
  })
}

async function rewardGroups(
  { config, tokenizer, verify }: RolloutSources,
  problems: readonly Problem[],
  generation: Generation,
): Promise<RolloutGroup[]> {
  const size = config.rollout.num_generations
  const responses = decodeResponses(generation, tokenizer)
  const verdicts = await verify(
    responses.map(({ text }, row) => ({ response: text, answer: problems[Math.floor(row / size)]!.answer })),
  )
  const rollouts = responses.map((response, row) => rewarded(config, response, verdicts[row]!))
  return problems.map((problem, index) => {
    const group = rollouts.slice(index * size, (index + 1) * size)
    const constant = isConstantGroup(group.map((rollout) => Number(rollout.verdict.correct)))
    return { problem, rollouts: group, filtered: config.rollout.group_filter !== 'keep' && constant }
  })
}

type Response = Pick<
  Rollout,
  'ids' | 'text' | 'textLengths' | 'rolloutLogprobs' | 'rolloutEntropies' | 'finishReason' | 'flags'
>

/** Cuts a generation into responses with text; the pieces of `textLengths` add up to the text. */
export function decodeResponses(generation: Generation, tokenizer: Tokenizer): Response[] {
  const { rows, logprobs, entropies, finishReasons } = generation
  let tokenOffset = 0
  let responseOffset = 0
  return finishReasons.map((finishReason, row) => {
    const promptLength = rows.promptLengths[row]!
    const length = rows.responseLengths[row]!
    const ids = rows.tokens.slice(tokenOffset + promptLength, tokenOffset + promptLength + length)
    const pieces = tokenizer.decodeEach(ids, { skipSpecialTokens: true })
    const span = [responseOffset, responseOffset + length] as const
    tokenOffset += promptLength + length
    responseOffset += length
    return {
      ids,
      text: pieces.join(''),
      textLengths: Uint16Array.from(pieces, (piece) => piece.length),
      rolloutLogprobs: logprobs.slice(...span),
      rolloutEntropies: entropies.slice(...span),
      finishReason,
      // Masked until an update sees the token.
      flags: new Uint8Array(length).fill(traceFlags.masked),
    }
  })
}

function rewarded({ reward, rollout }: RunConfig, response: Response, verdict: Verdict): Rollout {
  const overlong = overlongPenalty(response.ids.length, {
    maxLength: rollout.max_completion_length,
    bufferLength: reward.overlong_buffer_length,
    factor: reward.overlong_penalty_factor,
  })
  const parts = verdict.parts ?? { verifier: verdict.score }
  const rewardParts = reward.overlong_buffer_length > 0 ? { ...parts, overlong } : parts
  return { ...response, verdict, rewardParts, reward: verdict.score + overlong, advantage: 0 }
}
