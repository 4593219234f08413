import type { ModelSource } from '../model/model-source.ts'
import { type ModelFolder, mayBeRun, modelFolder } from '../services/model-folder.ts'
import { openStore } from '../store/open.ts'
import { workspaceFolder } from '../store/workspace.ts'
import { resolveModel } from '../util/resources.ts'

/** A model folder, `builtin:NAME`, a run (its newest checkpoint) or `RUN@STEP`. @throws UserError when there is none. */
export function findModel(reference: string, data: string | undefined): ModelFolder {
  if (!mayBeRun(reference)) return { folder: resolveModel(reference) }
  const db = openStore(workspaceFolder(data), 'read')
  try {
    return modelFolder(db, reference)
  } finally {
    db.close()
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
