import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunConfig } from '../../src-preload/contract/config.ts'
import { passSettings } from '../../src-preload/contract/curriculum.ts'
import type { Policy } from '../model/policy.ts'
import { UserError } from '../util/assert.ts'
import type { RunControl } from './control.ts'
import { stageProblems } from './curriculum.ts'
import type { Problem } from './rollout.ts'
import { type PassRecord, type PassSources, semanticEntropyPass } from './semantic-entropy-pass.ts'

interface OpenStagesSources extends Pick<PassSources, 'policy' | 'tokenizer' | 'verify' | 'problems'> {
  readonly config: RunConfig
  readonly control: RunControl
  readonly passRecord: () => PassRecord
}

/**
 * The stages a run draws its problems from. A curriculum over semantic entropy first samples what is not recorded yet, so
 * the policy must still be the initial one.
 */
export async function openStages(sources: OpenStagesSources): Promise<Problem[][]> {
  const { config, control, problems } = sources
  const { order, stages } = config.curriculum
  if (order === 'shuffled') return [[...problems]]
  const record = sources.passRecord()
  const proceed = (done: number): Promise<void> => control.proceedOrStop('curriculum', done)
  await semanticEntropyPass({ ...sources, settings: passSettings(config), record, proceed })
  return stageProblems(problems, record.done(), stages)
}

const referenceFolder = (references: string, stage: number): string => join(references, `stage-${stage + 1}`)

/** Writes the policy, which becomes the reference of `stage` (from 0), under a temporary name first. */
export async function keepReference(references: string, policy: Policy, stage: number): Promise<void> {
  const folder = referenceFolder(references, stage)
  const partial = `${folder}.partial`
  await rm(partial, { recursive: true, force: true })
  await policy.save(partial)
  await rm(folder, { recursive: true, force: true })
  await rename(partial, folder)
}

/**
 * Freezes the reference of a stage: the initial policy, or what a stage boundary kept, whose weights the policy then has.
 * Throws UserError when they are gone.
 */
export async function takeReference(
  policy: Policy,
  { curriculum }: RunConfig,
  references: string,
  stage: number,
): Promise<void> {
  if (stage > 0 && curriculum.refresh_reference) {
    const folder = referenceFolder(references, stage)
    if (!existsSync(folder))
      throw new UserError(
        `The reference of stage ${stage + 1}, ${folder}, is missing, so the run cannot go on as it began. Start a new run.`,
      )
    await policy.loadWeights(folder)
  }
  await policy.snapshotReference()
}
