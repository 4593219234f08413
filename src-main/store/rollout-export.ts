import { type Trace, unpackTrace } from '../../src-preload/contract/trace.ts'
import { type RolloutRow, rolloutColumns } from './rollouts.ts'
import { allRows, type Query, type ReadDb } from './sql.ts'
import { unpackColumns } from './trace-codec.ts'

interface WholeRow extends RolloutRow {
  readonly prompt: string
  readonly answer: string
  readonly text: string
  readonly reason: string
  readonly rewardParts: string
  readonly filtered: number
  readonly columns: Uint8Array | null
}

/** A stored response, whole. */
export interface WholeRollout extends Omit<WholeRow, 'columns' | 'rewardParts'> {
  readonly rewardParts: Readonly<Record<string, number>>
  readonly trace: Trace | null
}

export const wholeRolloutsQuery = (runId: string, step: number): Query => ({
  text: `SELECT ${rolloutColumns}, g.prompt AS prompt, g.answer AS answer, g.filtered AS filtered, r.text AS text,
      r.reason AS reason, r.reward_parts AS rewardParts, t.columns AS columns
    FROM rollout_groups g JOIN rollouts r ON r.group_id = g.id LEFT JOIN traces t ON t.rollout_id = r.id
    WHERE g.run_id = ? AND g.step = ? ORDER BY g.group_index, r.response_index`,
  parameters: [runId, step],
})

/** The responses of a step with their texts and traces, in order. */
export const wholeRollouts = (db: ReadDb, runId: string, step: number): WholeRollout[] =>
  allRows<WholeRow>(db, wholeRolloutsQuery(runId, step)).map(({ columns, rewardParts, ...row }) => ({
    ...row,
    rewardParts: JSON.parse(rewardParts) as Record<string, number>,
    trace: columns && unpackTrace(unpackColumns(columns)),
  }))
