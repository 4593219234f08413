import type { RunConfig } from '../../src-preload/contract/config.ts'
import type { GroupSummary, RolloutDetail, RolloutSummary } from '../../src-preload/contract/run.ts'
import { UserError } from '../util/assert.ts'
import { allRows, oneRow, type Query, type ReadDb, sql } from './sql.ts'
import { unpackColumns } from './trace-codec.ts'

/** Characters of a response that a list shows. */
const previewCharacters = 160

/** Columns of a `RolloutRow`, of rollouts `r` and their groups `g`. */
export const rolloutColumns = `r.id AS id, g.id AS groupId, g.run_id AS runId, g.step AS step, g.group_index AS "group",
    r.response_index AS "index", g.prompt_id AS promptId, r.reward AS reward, r.correct AS correct,
    r.advantage AS advantage, r.tokens AS tokens, r.mean_entropy AS meanEntropy, r.finish_reason AS finishReason,
    r.extracted AS extracted, substr(r.text, 1, ${previewCharacters}) AS preview,
    EXISTS (SELECT 1 FROM traces WHERE rollout_id = r.id) AS traced`

export interface RolloutRow extends Omit<RolloutSummary, 'correct' | 'traced'> {
  readonly groupId: number
  readonly correct: number
  readonly traced: number
}

interface GroupRow extends Omit<GroupSummary, 'rollouts' | 'filtered'> {
  readonly id: number
  readonly filtered: number
}

/** Steps of a run that have stored rollouts, ascending. */
export function rolloutSteps(db: ReadDb, runId: string): number[] {
  const rows = allRows<{ step: number }>(db, rolloutStepsQuery(runId))
  return rows.map((row) => row.step)
}

export const rolloutStepsQuery = (runId: string): Query => sql`
  SELECT DISTINCT step FROM rollout_groups WHERE run_id = ${runId} ORDER BY step`

const groupsQuery = (runId: string, step: number): Query => sql`
  SELECT id, run_id AS runId, step, group_index AS "group", prompt_id AS promptId, prompt, answer,
    mean_reward AS meanReward, accuracy, filtered
  FROM rollout_groups WHERE run_id = ${runId} AND step = ${step} ORDER BY group_index`

export const rolloutsOfStepQuery = (runId: string, step: number): Query => ({
  text: `SELECT ${rolloutColumns} FROM rollout_groups g JOIN rollouts r ON r.group_id = g.id
    WHERE g.run_id = ? AND g.step = ? ORDER BY g.group_index, r.response_index`,
  parameters: [runId, step],
})

/** Prompt groups of a step with the summaries of their responses, in order. */
export function groupsOfStep(db: ReadDb, runId: string, step: number): GroupSummary[] {
  const rollouts = Map.groupBy(allRows<RolloutRow>(db, rolloutsOfStepQuery(runId, step)), (row) => row.groupId)
  return allRows<GroupRow>(db, groupsQuery(runId, step)).map(({ id, filtered, ...group }) => ({
    ...group,
    filtered: filtered === 1,
    rollouts: (rollouts.get(id) ?? []).map(rolloutSummary),
  }))
}

export function rolloutSummary({ groupId: _groupId, correct, traced, ...row }: RolloutRow): RolloutSummary {
  return { ...row, correct: correct === 1, traced: traced === 1 }
}

interface DetailRow extends RolloutRow {
  readonly prompt: string
  readonly answer: string
  readonly text: string
  readonly reason: string
  readonly rewardParts: string
  readonly method: string
  readonly columns: Uint8Array | null
}

export const rolloutDetailQuery = (rolloutId: number): Query => sql`
  SELECT r.id AS id, g.id AS groupId, g.run_id AS runId, g.step AS step, g.group_index AS "group",
    r.response_index AS "index", g.prompt_id AS promptId, r.reward AS reward, r.correct AS correct,
    r.advantage AS advantage, r.tokens AS tokens, r.mean_entropy AS meanEntropy, r.finish_reason AS finishReason,
    r.extracted AS extracted, substr(r.text, 1, ${previewCharacters}) AS preview, t.columns IS NOT NULL AS traced,
    g.prompt AS prompt, g.answer AS answer, r.text AS text, r.reason AS reason, r.reward_parts AS rewardParts,
    json_extract(runs.config, '$.method') AS method, t.columns AS columns
  FROM rollouts r JOIN rollout_groups g ON g.id = r.group_id JOIN runs ON runs.id = g.run_id
    LEFT JOIN traces t ON t.rollout_id = r.id
  WHERE r.id = ${rolloutId}`

/** One response with its trace and its neighbours in the step. Throws UserError when there is none of this id. */
export function rolloutDetail(db: ReadDb, rolloutId: number): RolloutDetail {
  const row = oneRow<DetailRow>(db, rolloutDetailQuery(rolloutId))
  if (!row) throw new UserError(`There is no stored response ${rolloutId}. It was deleted or taken back by a resume.`)
  const { prompt, answer, text, reason, rewardParts, method, columns, ...summary } = row
  return {
    summary: rolloutSummary(summary),
    prompt,
    answer,
    text,
    reason,
    rewardParts: JSON.parse(rewardParts) as Record<string, number>,
    method: JSON.parse(method) as RunConfig['method'],
    trace: columns && unpackColumns(columns),
    ...neighbours(db, row),
  }
}

/** Previous and next response of the same step, by group and index. */
function neighbours(db: ReadDb, row: RolloutRow): { previousId: number | null; nextId: number | null } {
  const ids = allRows<{ id: number }>(
    db,
    sql`SELECT r.id AS id FROM rollout_groups g JOIN rollouts r ON r.group_id = g.id
        WHERE g.run_id = ${row.runId} AND g.step = ${row.step} ORDER BY g.group_index, r.response_index`,
  ).map(({ id }) => id)
  const at = ids.indexOf(row.id)
  return { previousId: ids[at - 1] ?? null, nextId: ids[at + 1] ?? null }
}

/** The packed trace of a response (contract/trace.ts), or null when its step was not traced. */
export function traceOf(db: ReadDb, rolloutId: number): Uint8Array | null {
  const row = oneRow<{ columns: Uint8Array }>(db, sql`SELECT columns FROM traces WHERE rollout_id = ${rolloutId}`)
  return row ? unpackColumns(row.columns) : null
}
