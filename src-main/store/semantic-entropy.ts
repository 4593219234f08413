/** Semantic-entropy passes: a pass is named by what its samples depend on, so that asking for it again goes on with it. */
import { createHash } from 'node:crypto'
import { readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { PassSettings, PassSummary, PromptEntropy } from '../../src-preload/contract/curriculum.ts'
import { UserError } from '../util/assert.ts'
import { isProcessAlive } from '../util/process.ts'
import { resolveDataset, resolveModel } from '../util/resources.ts'
import { allRows, execute, oneRow, type Query, type ReadDb, sql, transaction, type WriteDb } from './sql.ts'

interface PassRow {
  readonly id: string
  readonly settings: string
  readonly prompts: number | null
  readonly created_at_ms: number
  readonly owner_pid: number | null
  readonly owner_start_time: string | null
  readonly stop_requested: number
  readonly message: string | null
  readonly done: number
}

/** Id of the pass with these settings over model and dataset as their files are now. Throws UserError when one is missing. */
function passId(settings: PassSettings): string {
  const model = resolveModel(settings.model)
  const weights = readdirSync(model).filter((name) => name.endsWith('.safetensors'))
  const files = [...weights.sort().map((name) => join(model, name)), resolveDataset(settings.dataset)]
  const stamps = files.map((path) => [basename(path), statSync(path).size, Math.round(statSync(path).mtimeMs)])
  const digest = createHash('sha256')
    .update(JSON.stringify([settings, stamps]))
    .digest('hex')
  return `se-${digest.slice(0, 12)}`
}

/** Makes the pass with these settings where there is none, brings a deleted one back; returns its id. */
export function ensurePass(db: WriteDb, settings: PassSettings, atMs: number): string {
  const id = passId(settings)
  execute(
    db,
    sql`INSERT INTO semantic_entropy_passes (id, settings, created_at_ms)
        VALUES (${id}, ${JSON.stringify(settings)}, ${atMs})
        ON CONFLICT (id) DO UPDATE SET deleted_at_ms = NULL`,
  )
  return id
}

const passesQuery = (): Query => sql`
  SELECT passes.*, (SELECT count(*) FROM prompt_entropies WHERE pass_id = passes.id) AS done
  FROM semantic_entropy_passes AS passes WHERE deleted_at_ms IS NULL ORDER BY created_at_ms DESC, id`

/** All passes, newest first. */
export const listPasses = (db: ReadDb): PassSummary[] => allRows<PassRow>(db, passesQuery()).map(summaryOf)

/** Throws UserError when there is no pass of this id. */
export const passSummary = (db: ReadDb, id: string): PassSummary => summaryOf(passRow(db, id))

function passRow(db: ReadDb, id: string): PassRow {
  const row = oneRow<PassRow>(
    db,
    sql`SELECT passes.*, (SELECT count(*) FROM prompt_entropies WHERE pass_id = passes.id) AS done
        FROM semantic_entropy_passes AS passes WHERE id = ${id} AND deleted_at_ms IS NULL`,
  )
  if (!row) throw new UserError(`There is no semantic-entropy pass "${id}". List them with: quiver curriculum list`)
  return row
}

const ownerLives = ({ owner_pid, owner_start_time }: PassRow): boolean =>
  owner_pid !== null && isProcessAlive(owner_pid, owner_start_time)

function summaryOf(row: PassRow): PassSummary {
  const { id, prompts, done, message } = row
  return {
    id,
    settings: JSON.parse(row.settings) as PassSettings,
    prompts,
    done,
    status: ownerLives(row) ? 'running' : done === prompts ? 'finished' : 'stopped',
    createdAtMs: row.created_at_ms,
    message,
  }
}

/** What is known of a pass's prompts, in the dataset's order. */
export function promptEntropies(db: ReadDb, id: string): PromptEntropy[] {
  const rows = allRows<Omit<PromptEntropy, 'clusters'> & { clusters: string }>(
    db,
    sql`SELECT position, prompt_id AS promptId, prompt, entropy, accuracy, clusters FROM prompt_entropies
        WHERE pass_id = ${id} ORDER BY position`,
  )
  return rows.map((row) => ({ ...row, clusters: JSON.parse(row.clusters) as PromptEntropy['clusters'] }))
}

/** Adds prompts; those that are there stay as they are: a pass gives the same numbers whoever works on it. */
function addPromptEntropies(db: WriteDb, id: string, prompts: readonly PromptEntropy[]): void {
  transaction(db, () => {
    for (const { position, promptId, prompt, entropy, accuracy, clusters } of prompts)
      execute(
        db,
        sql`INSERT OR IGNORE INTO prompt_entropies (pass_id, position, prompt_id, prompt, entropy, accuracy, clusters)
            VALUES (${id}, ${position}, ${promptId}, ${prompt}, ${entropy}, ${accuracy}, ${JSON.stringify(clusters)})`,
      )
  })
}

/** The pass with these settings, made where there is none, as a sampler sees it: it asks what is done and adds to it. */
export const passRecord = (db: WriteDb, settings: PassSettings) =>
  passRecordOf(db, ensurePass(db, settings, Date.now()))

export function passRecordOf(db: WriteDb, id: string) {
  return {
    begin: (prompts: number): void => setPrompts(db, id, prompts),
    done: (): PromptEntropy[] => promptEntropies(db, id),
    add: (prompts: readonly PromptEntropy[]): void => addPromptEntropies(db, id, prompts),
  }
}

function setPrompts(db: WriteDb, id: string, prompts: number): void {
  execute(db, sql`UPDATE semantic_entropy_passes SET prompts = ${prompts} WHERE id = ${id}`)
}

/** Makes a process the one that works on the pass. Throws UserError when another live one does already. */
export function claimPass(db: WriteDb, id: string, owner: { pid: number; startTime: string | null }): void {
  transaction(db, () => {
    const row = passRow(db, id)
    if (ownerLives(row) && row.owner_pid !== owner.pid)
      throw new UserError(`Process ${row.owner_pid} already works on the pass "${id}". Stop it there first.`)
    execute(
      db,
      // A stop asked for since the process was started holds, though it claims the pass again itself.
      sql`UPDATE semantic_entropy_passes SET owner_pid = ${owner.pid}, owner_start_time = ${owner.startTime},
            stop_requested = CASE WHEN owner_pid = ${owner.pid} THEN stop_requested ELSE 0 END, message = NULL
          WHERE id = ${id}`,
    )
  })
}

/** Gives the pass up, with a sentence when the work failed. */
export function releasePass(db: WriteDb, id: string, message: string | null): void {
  execute(
    db,
    sql`UPDATE semantic_entropy_passes SET owner_pid = NULL, owner_start_time = NULL, stop_requested = 0,
          message = ${message} WHERE id = ${id}`,
  )
}

/** Asks the process that works on the pass to stop after its batch. */
export function stopPass(db: WriteDb, id: string): void {
  passRow(db, id)
  execute(db, sql`UPDATE semantic_entropy_passes SET stop_requested = 1 WHERE id = ${id}`)
}

export const stopRequested = (db: ReadDb, id: string): boolean => passRow(db, id).stop_requested === 1

/** Hides a pass until it is restored, needed by a run, or swept away. Throws UserError while a process works on it. */
export function hidePass(db: WriteDb, id: string, atMs: number): void {
  transaction(db, () => {
    if (ownerLives(passRow(db, id)))
      throw new UserError(`The pass "${id}" is running. Stop it before you delete it: quiver curriculum stop ${id}`)
    execute(db, sql`UPDATE semantic_entropy_passes SET deleted_at_ms = ${atMs} WHERE id = ${id}`)
  })
}

/** Brings a hidden pass back. Throws UserError when it is gone. */
export function restorePass(db: WriteDb, id: string): void {
  const { changes } = execute(db, sql`UPDATE semantic_entropy_passes SET deleted_at_ms = NULL WHERE id = ${id}`)
  if (changes === 0)
    throw new UserError(`The pass "${id}" is gone for good. Start it again to sample its prompts anew.`)
}

/** Removes passes that were hidden before a moment, milliseconds since the epoch, with all their prompts. */
export function sweepPasses(db: WriteDb, atMs: number): void {
  execute(db, sql`DELETE FROM semantic_entropy_passes WHERE deleted_at_ms < ${atMs}`)
}

/** Says of a pass whose process ended without a word, and without being done, that it did. */
export function recordPassFailure(db: WriteDb, id: string): void {
  const row = passRow(db, id)
  if (row.owner_pid === null || ownerLives(row)) return
  releasePass(db, id, `The process ${row.owner_pid} that worked on it died. Start it again to go on.`)
}
