import { allRows, oneRow, type Query, type ReadDb, sql } from './sql.ts'

/** A stored response with its verdict, for checking again. */
export interface StoredResponse {
  readonly rolloutId: number
  readonly step: number
  readonly answer: string
  readonly text: string
  /** 0 or 1. */
  readonly correct: number
  readonly extracted: string | null
  readonly reason: string
}

export const rolloutTextsQuery = (runId: string, limit: number): Query => sql`
  SELECT r.id AS rolloutId, g.step AS step, g.answer AS answer, r.text AS text, r.correct AS correct,
    r.extracted AS extracted, r.reason AS reason
  FROM rollout_groups g JOIN rollouts r ON r.group_id = g.id
  WHERE g.run_id = ${runId} ORDER BY g.step DESC, g.group_index DESC, r.response_index DESC LIMIT ${limit}`

/** The newest stored responses of a run, at most `limit`. */
export const rolloutTexts = (db: ReadDb, runId: string, limit: number): StoredResponse[] =>
  allRows<StoredResponse>(db, rolloutTextsQuery(runId, limit))

/** How many responses of a run are stored. */
export const storedResponses = (db: ReadDb, runId: string): number =>
  oneRow<{ count: number }>(
    db,
    sql`SELECT count(*) AS count FROM rollout_groups g JOIN rollouts r ON r.group_id = g.id WHERE g.run_id = ${runId}`,
  )!.count
