import type { FoundModel } from '../../src-preload/contract/sampler.ts'
import { getRun, listRuns } from '../store/runs.ts'
import type { ReadDb } from '../store/sql.ts'
import { UserError } from '../util/assert.ts'
import { resolveModel } from '../util/resources.ts'

export interface ModelFolder {
  /** Hugging Face or PEFT folder. */
  readonly folder: string
  /** What the run of this checkpoint started from: a folder or `builtin:NAME`. */
  readonly origin?: string
}

/** Whether a reference can be a run's, `RUN` or `RUN@STEP`. */
export const mayBeRun = (reference: string): boolean => /^[a-z0-9][a-z0-9-]*(@\d+)?$/.test(reference)

/** A model folder, `builtin:NAME`, a run (its newest checkpoint) or `RUN@STEP`. @throws UserError when there is none. */
export function modelFolder(db: ReadDb, reference: string): ModelFolder {
  const [runId = '', step] = reference.split('@')
  if (!mayBeRun(reference) || !listRuns(db).some(({ id }) => id === runId)) return { folder: resolveModel(reference) }
  const { checkpoints, config } = getRun(db, runId)
  const chosen = step === undefined ? checkpoints.at(-1) : checkpoints.find((point) => point.step === Number(step))
  if (chosen) return { folder: chosen.folder, origin: config.model }
  const have = checkpoints.map((point) => point.step).join(', ') || 'none'
  throw new UserError(
    `The run "${runId}" has no checkpoint${step === undefined ? '' : ` of step ${step}`}; it has: ${have}.`,
  )
}

/** The same, with the sentence in place of the folder where there is none. */
export function foundModel(db: ReadDb, reference: string): FoundModel {
  try {
    return { reference, folder: modelFolder(db, reference).folder, message: null }
  } catch (error) {
    if (error instanceof UserError) return { reference, folder: null, message: error.message }
    throw error
  }
}
