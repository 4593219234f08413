import type { RunConfig } from '../../src-preload/contract/config.ts'
import { traceFlags } from '../../src-preload/contract/trace.ts'
import type { TraceAlternatives } from '../../src-preload/contract/trace-alternatives.ts'
import type { FinishReason, GeneratedRow, GenerateRequest, Generation, Policy, TokenMoments } from '../model/policy.ts'
import type { Tokenizer } from '../model/tokenizer.ts'
import type { Verdict, VerifyItem } from '../tasks/verify/verdict.ts'
import type { RunControl } from './control.ts'
import { isConstantGroup } from './filters.ts'
import { namedAlternatives } from './named-alternatives.ts'
import { overlongPenalty } from './rewards.ts'
import type { ProblemSampler } from './sampler.ts'
import { tracesStep } from './traces-step.ts'

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
  /** Of the policy before the step's first update, where they were scored apart from the sampling. */
  oldLogprobs?: Float32Array
  referenceEntropies?: Float32Array
  policyLogprobs?: Float32Array
  /** The likeliest tokens at each, where traces keep them. */
  readonly alternatives?: TraceAlternatives
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
    const sampled = await sampleGroups(sources, problems, step, round)
    groups.push(...sampled.groups)
    generateMs += sampled.generateMs
    verifyMs += sampled.verifyMs
  }
  const found = groups.filter((group) => !group.filtered).length
  if (rollout.group_filter === 'refill' && found < rollout.prompts_per_step)
    sources.control.note(
      'rollout',
      `After ${rounds} sampling rounds ${found} of ${rollout.prompts_per_step} groups have both right and wrong responses; the step goes on with these. Raise rollout.max_gen_batches, or give problems that fit the model.`,
    )
  return { groups, rounds, generateMs, verifyMs }
}

/** Generates a group per problem; each is verified as soon as its last response is finished, while others still grow. */
async function sampleGroups(sources: RolloutSources, problems: readonly Problem[], step: number, round: number) {
  const { control, config, tokenizer } = sources
  const size = config.rollout.num_generations
  const responses = problems.map((): (Response | undefined)[] => new Array(size).fill(undefined))
  const verified: Promise<RolloutGroup>[] = []
  const started = control.clockMs()
  await sources.policy.generate(requestOf(config, problems, step, round), (row) => {
    const index = Math.floor(row.index / size)
    const group = responses[index]!
    group[row.index % size] = responseOf(row, tokenizer)
    if (group.includes(undefined)) return
    verified[index] = rewardGroup(sources, problems[index]!, group as Response[])
    // Its failure is met below, when generation is over.
    verified[index].catch(() => {})
  })
  const generated = control.clockMs()
  await control.proceedOrStop('verify', 0)
  const groups = await Promise.all(verified)
  return { groups, generateMs: generated - started, verifyMs: control.clockMs() - generated }
}

function requestOf(config: RunConfig, problems: readonly Problem[], step: number, round: number): GenerateRequest {
  const { rollout, seed } = config
  const prompts = problems.flatMap((problem) => new Array<Int32Array>(rollout.num_generations).fill(problem.promptIds))
  const firstRow = round * rollout.prompts_per_step * rollout.num_generations
  return {
    ...(tracesStep(config, step) ? { alternatives: config.trace.top_k } : {}),
    prompts,
    seed,
    step,
    rowIds: Int32Array.from(prompts, (_, row) => firstRow + row),
    temperature: rollout.temperature,
    topP: rollout.top_p,
    topK: rollout.top_k,
    maxTokens: rollout.max_completion_length,
    stop: rollout.stop,
    maxSequences: rollout.max_num_seqs,
  }
}

async function rewardGroup(
  { config, verify }: RolloutSources,
  problem: Problem,
  responses: readonly Response[],
): Promise<RolloutGroup> {
  const verdicts = await verify(responses.map(({ text }) => ({ response: text, answer: problem.answer })))
  const rollouts = responses.map((response, row) => rewarded(config, response, verdicts[row]!))
  const constant = isConstantGroup(rollouts.map((rollout) => Number(rollout.verdict.correct)))
  return { problem, rollouts, filtered: config.rollout.group_filter !== 'keep' && constant }
}

type Response = Pick<
  Rollout,
  'ids' | 'text' | 'textLengths' | 'rolloutLogprobs' | 'rolloutEntropies' | 'finishReason' | 'flags' | 'alternatives'
>

/** A finished row with its text; the pieces of `textLengths` add up to the text. */
function responseOf(row: GeneratedRow, tokenizer: Tokenizer): Response {
  const { tokens, logprobs, entropies, finishReason, alternatives } = row
  const pieces = tokenizer.decodeEach(tokens, { skipSpecialTokens: true })
  return {
    ids: tokens,
    text: pieces.join(''),
    textLengths: Uint16Array.from(pieces, (piece) => piece.length),
    rolloutLogprobs: logprobs,
    rolloutEntropies: entropies,
    finishReason,
    // Masked until an update sees the token.
    flags: new Uint8Array(tokens.length).fill(traceFlags.masked),
    ...(alternatives && { alternatives: namedAlternatives(alternatives, 0, tokens.length, tokenizer) }),
  }
}

/** Cuts a generation into responses with text. */
export function decodeResponses({ rows, ...generation }: Generation, tokenizer: Tokenizer): Response[] {
  let tokenOffset = 0
  let responseOffset = 0
  return generation.finishReasons.map((finishReason, index) => {
    const start = tokenOffset + rows.promptLengths[index]!
    const length = rows.responseLengths[index]!
    const span = [responseOffset, responseOffset + length] as const
    tokenOffset = start + length
    responseOffset += length
    const tokens = rows.tokens.slice(start, start + length)
    const [logprobs, entropies] = [generation.logprobs.slice(...span), generation.entropies.slice(...span)]
    return responseOf({ index, tokens, logprobs, entropies, finishReason }, tokenizer)
  })
}

function rewarded(config: RunConfig, response: Response, verdict: Verdict): Rollout {
  return { ...response, verdict, ...rewardOf(config, response.ids.length, verdict), advantage: 0 }
}

/** Reward of a response of so many tokens, and its parts by name. */
export function rewardOf({ reward, rollout }: RunConfig, tokens: number, verdict: Verdict) {
  const overlong = overlongPenalty(tokens, {
    maxLength: rollout.max_completion_length,
    bufferLength: reward.overlong_buffer_length,
    factor: reward.overlong_penalty_factor,
  })
  const parts = verdict.parts ?? { verifier: verdict.score }
  const rewardParts = reward.overlong_buffer_length > 0 ? { ...parts, overlong } : parts
  return { rewardParts, reward: verdict.score + overlong }
}
