import type { ModelSource } from '../model/model-source.ts'
import { openStore } from '../store/open.ts'
import { getRun, listRuns } from '../store/runs.ts'
import { workspaceFolder } from '../store/workspace.ts'
import { UserError } from '../util/assert.ts'
import { resolveModel } from '../util/resources.ts'

export interface FoundModel {
  /** Hugging Face or PEFT folder. */
  readonly folder: string
  /** What the run of this checkpoint started from: a folder or `builtin:NAME`. */
  readonly origin?: string
}

/** A model folder, `builtin:NAME`, a run (its newest checkpoint) or `RUN@STEP`. @throws UserError when there is none. */
export function findModel(reference: string, data: string | undefined): FoundModel {
  const [runId = '', step] = reference.split('@')
  const looksLikeRun = /^[a-z0-9][a-z0-9-]*$/.test(runId) && !reference.includes('/')
  const db = looksLikeRun ? openStore(workspaceFolder(data), 'read') : undefined
  try {
    if (!db || !listRuns(db).some(({ id }) => id === runId)) return { folder: resolveModel(reference) }
    const { checkpoints, config } = getRun(db, runId)
    const chosen = step === undefined ? checkpoints.at(-1) : checkpoints.find((point) => point.step === Number(step))
    if (chosen) return { folder: chosen.folder, origin: config.model }
    const have = checkpoints.map((point) => point.step).join(', ') || 'none'
    throw new UserError(
      `The run "${runId}" has no checkpoint${step === undefined ? '' : ` of step ${step}`}; it has: ${have}.`,
    )
  } finally {
    db?.close()
  }
}

/** What a command's model reference and `--base` mean. */
export function modelSource(
  reference: string,
  { data, base }: { readonly data?: string | undefined; readonly base?: string | undefined },
): ModelSource {
  const { folder } = findModel(reference, data)
  return base === undefined ? { folder } : { folder, base: resolveModel(base) }
}
