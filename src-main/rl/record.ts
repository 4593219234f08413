import type { RunConfig } from '../../src-preload/contract/config.ts'
import type { GroupRecord, RolloutRecord, StepRecord } from '../../src-preload/contract/record.ts'
import { packTrace } from '../../src-preload/contract/trace.ts'
import type { Rollout, RolloutBatch, RolloutGroup } from './rollout.ts'
import { mean } from './rollout-metrics.ts'
import { tracesStep } from './traces-step.ts'

export function stepRecord(
  config: RunConfig,
  step: number,
  batch: RolloutBatch,
  metrics: Readonly<Record<string, number>>,
): StepRecord {
  const tracedGroups = tracesStep(config, step) ? (config.trace.groups ?? batch.groups.length) : 0
  return { step, metrics, groups: batch.groups.map((group, index) => groupRecord(group, index < tracedGroups)) }
}

/** Longest answer that is stored with every group; the tests of a code problem can be megabytes. */
const longestAnswer = 16_384

const keptAnswer = (answer: string): string =>
  answer.length <= longestAnswer ? answer : `${answer.slice(0, 200)}… (${answer.length} characters, in the dataset)`

function groupRecord({ problem, rollouts, filtered }: RolloutGroup, traced: boolean): GroupRecord {
  return {
    promptId: problem.id,
    prompt: problem.prompt,
    answer: keptAnswer(problem.answer),
    filtered,
    rollouts: rollouts.map((rollout) => rolloutRecord(rollout, traced)),
  }
}

function rolloutRecord(rollout: Rollout, traced: boolean): RolloutRecord {
  return {
    text: rollout.text,
    reward: rollout.reward,
    rewardParts: rollout.rewardParts,
    correct: rollout.verdict.correct,
    extracted: rollout.verdict.extracted,
    reason: rollout.verdict.reason,
    advantage: rollout.advantage,
    tokens: rollout.ids.length,
    meanEntropy: mean(rollout.rolloutEntropies),
    finishReason: rollout.finishReason,
    trace: traced ? packRollout(rollout) : null,
  }
}

function packRollout(rollout: Rollout): Uint8Array {
  const { policyLogprobs, referenceLogprobs, alternatives } = rollout
  return packTrace({
    ids: Uint32Array.from(rollout.ids),
    textLengths: rollout.textLengths,
    rolloutLogprobs: rollout.rolloutLogprobs,
    entropies: rollout.rolloutEntropies,
    ...(policyLogprobs ? { policyLogprobs } : {}),
    ...(referenceLogprobs ? { referenceLogprobs } : {}),
    ...(alternatives ? { alternatives } : {}),
    flags: rollout.flags,
  })
}
