/**
 * Curriculum over semantic entropy (SENT, arXiv 2512.04359): problems sorted by H_SE, lowest first, in stages of equal
 * size, trained one after another; the reference may be renewed at each boundary, as the authors' scripts do when they
 * load the stage before as actor and reference.
 * Difference from the scripts: a boundary does not restart the optimizer, nor the learning-rate schedule.
 */

import type { RunConfig } from '../../src-preload/contract/config.ts'
import { byEntropy, equalParts, type PromptEntropy } from '../../src-preload/contract/curriculum.ts'
import type { Policy } from '../model/policy.ts'
import { UserError } from '../util/assert.ts'
import type { RunControl } from './control.ts'
import type { BoundMethod } from './methods/map.ts'
import type { Problem } from './rollout.ts'
import type { ProblemSampler } from './sampler.ts'

/** Cuts problems into stages of rising entropy. Throws UserError when a stage would be empty. */
export function stageProblems<Problem>(
  problems: readonly Problem[],
  prompts: readonly Pick<PromptEntropy, 'entropy' | 'position'>[],
  stages: number,
): Problem[][] {
  if (problems.length < stages)
    throw new UserError(
      `A curriculum of ${stages} stages needs as many problems, got ${problems.length}. Lower curriculum.stages.`,
    )
  return equalParts(byEntropy(prompts), stages).map((part) => part.map(({ position }) => problems[position]!))
}

export interface StageSources {
  readonly config: RunConfig
  readonly policy: Policy
  readonly sampler: ProblemSampler<Problem>
  readonly control: RunControl
  readonly method: BoundMethod
  /** Keeps the weights that the reference of a stage is made of, for a run that resumes within it. */
  readonly keepReference: (stage: number) => Promise<void>
}

/** Called before each step (1-based): enters the next stage once the one before is through. */
export async function enterDueStage(sources: StageSources, step: number): Promise<void> {
  const { config, sampler, policy, control } = sources
  while (sampler.stage + 1 < sampler.stages && isThrough(config, sampler, step)) {
    sampler.enterNextStage()
    const renew = config.curriculum.refresh_reference && sources.method.needsReference
    if (renew) {
      await sources.keepReference(sampler.stage)
      await policy.snapshotReference()
    }
    control.note(
      'stage',
      `Stage ${sampler.stage + 1} of ${sampler.stages} begins${renew ? ' with the policy as its reference' : ''}.`,
    )
  }
}

/** Whether the stage has had its epochs, or its share of the steps where none are given. */
function isThrough({ curriculum, steps }: RunConfig, sampler: ProblemSampler<Problem>, step: number): boolean {
  const epochs = curriculum.stage_epochs[sampler.stage]
  if (epochs !== undefined) return sampler.epochs >= epochs
  return step > Math.round(((sampler.stage + 1) * steps) / sampler.stages)
}
