import type { ImportResult } from '../../src-preload/contract/import.ts'
import { importConfig } from '../interop/import/import-config.ts'
import type { WriteDb } from '../store/sql.ts'
import { UserError } from '../util/assert.ts'
import { datasetInfo } from './datasets.ts'

/**
 * Reads a script or config of another trainer as a run config. Where it names problems that are here, epochs become steps.
 * @throws UserError when nothing in it is known.
 */
export async function importText(
  db: WriteDb,
  { text, name }: { readonly text: string; readonly name: string },
): Promise<ImportResult> {
  const result = importConfig(text, name, { rows: null })
  const rows = await rowsOf(db, result.config.data?.train)
  return rows === null ? result : importConfig(text, name, { rows })
}

/** Problems of the data a config names; null where they cannot be read here. */
async function rowsOf(db: WriteDb, reference: string | undefined): Promise<number | null> {
  if (reference === undefined) return null
  try {
    return (await datasetInfo(db, reference)).rows
  } catch (error) {
    if (error instanceof UserError) return null
    throw error
  }
}
