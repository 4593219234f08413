/** Semantic-entropy passes: a pass is named by what its samples depend on, so that asking for it again goes on with it. */
import { createHash } from 'node:crypto'
import { readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { PassSettings, PassSummary, PromptEntropy } from '../../src-preload/contract/curriculum.ts'
import { isProcessAlive } from '../util/process.ts'
import { resolveDataset, resolveModel } from '../util/resources.ts'
import { allRows, execute, type Query, type ReadDb, sql, transaction, type WriteDb } from './sql.ts'

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

/** Makes the pass with these settings where there is none; returns its id. */
function ensurePass(db: WriteDb, settings: PassSettings, atMs: number): string {
  const id = passId(settings)
  execute(
    db,
    sql`INSERT OR IGNORE INTO semantic_entropy_passes (id, settings, created_at_ms)
        VALUES (${id}, ${JSON.stringify(settings)}, ${atMs})`,
  )
  return id
}

const passesQuery = (): Query => sql`
  SELECT passes.*, (SELECT count(*) FROM prompt_entropies WHERE pass_id = passes.id) AS done
  FROM semantic_entropy_passes AS passes ORDER BY created_at_ms DESC, id`

/** All passes, newest first. */
export const listPasses = (db: ReadDb): PassSummary[] => allRows<PassRow>(db, passesQuery()).map(summaryOf)

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

/** The pass with these settings as a sampler sees it: `rl` asks what is done and adds to it. */
export function passRecord(db: WriteDb, settings: PassSettings) {
  const id = ensurePass(db, settings, Date.now())
  return {
    begin: (prompts: number): void => setPrompts(db, id, prompts),
    done: (): PromptEntropy[] => promptEntropies(db, id),
    add: (prompts: readonly PromptEntropy[]): void => addPromptEntropies(db, id, prompts),
  }
}

function setPrompts(db: WriteDb, id: string, prompts: number): void {
  execute(db, sql`UPDATE semantic_entropy_passes SET prompts = ${prompts} WHERE id = ${id}`)
}
