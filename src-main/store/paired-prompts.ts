import type { PromptPair, PromptPairs } from '../../src-preload/contract/run.ts'
import { allRows, type Query, type ReadDb, sql } from './sql.ts'

interface PairRow extends Omit<PromptPair, 'leftId' | 'rightId'> {
  readonly leftGroup: number
  readonly rightGroup: number
}

/** For each prompt both runs have sampled, its last group in either. */
const pairedGroupsQuery = (left: string, right: string): Query => sql`
  SELECT l.prompt_id AS promptId, l.prompt AS prompt, l.answer AS answer, l.step AS leftStep, r.step AS rightStep,
    l.accuracy AS leftAccuracy, r.accuracy AS rightAccuracy, l.id AS leftGroup, r.id AS rightGroup
  FROM (SELECT *, max(step) FROM rollout_groups WHERE run_id = ${left} GROUP BY prompt_id) l
  JOIN (SELECT *, max(step) FROM rollout_groups WHERE run_id = ${right} GROUP BY prompt_id) r ON r.prompt_id = l.prompt_id AND r.prompt = l.prompt
  ORDER BY (l.accuracy >= 0.5) <> (r.accuracy >= 0.5) DESC, abs(l.accuracy - r.accuracy) DESC, l.prompt_id`

/** Whether at least half of the responses to a prompt are right. */
const isRight = (accuracy: number): boolean => accuracy >= 0.5

/** The prompts that two runs share, flips first, then those answered most differently, with a response of each that shows it. */
export function pairedPrompts(db: ReadDb, left: string, right: string, limit: number): PromptPairs {
  const rows = allRows<PairRow>(db, pairedGroupsQuery(left, right))
  const count = (fits: (row: PairRow) => boolean): number => rows.filter(fits).length
  return {
    prompts: rows.length,
    leftBetter: count((row) => row.leftAccuracy > row.rightAccuracy),
    gained: count((row) => !isRight(row.leftAccuracy) && isRight(row.rightAccuracy)),
    lost: count((row) => isRight(row.leftAccuracy) && !isRight(row.rightAccuracy)),
    rightBetter: count((row) => row.leftAccuracy < row.rightAccuracy),
    pairs: rows.slice(0, limit).map(({ leftGroup, rightGroup, ...pair }) => ({
      ...pair,
      leftId: responseOf(db, leftGroup, pair.leftAccuracy >= pair.rightAccuracy),
      rightId: responseOf(db, rightGroup, pair.leftAccuracy < pair.rightAccuracy),
    })),
  }
}

/** The first response of a group that is right (or wrong), or else its first. */
function responseOf(db: ReadDb, groupId: number, correct: boolean): number {
  const [row] = allRows<{ id: number }>(
    db,
    sql`SELECT id FROM rollouts WHERE group_id = ${groupId}
        ORDER BY correct = ${Number(correct)} DESC, response_index LIMIT 1`,
  )
  return row?.id ?? 0
}
