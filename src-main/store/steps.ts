import type { RunAlarm } from '../../src-preload/contract/alarms.ts'
import type { GroupRecord, RolloutRecord, StepRecord } from '../../src-preload/contract/record.ts'
import type { RunPhase } from '../../src-preload/contract/run.ts'
import { UserError } from '../util/assert.ts'
import { truncateAlarms, updateAlarms } from './alarms.ts'
import { packMetrics } from './metric-columns.ts'
import { allRows, execute, oneRow, type ReadDb, sql, transaction, type WriteDb } from './sql.ts'
import { insertTokenEntropies } from './token-entropies.ts'
import { packColumns } from './trace-codec.ts'

/** A step of a run, with the moment it was recorded. */
export interface RunStepRecord extends StepRecord {
  readonly runId: string
  readonly atMs: number
  /** Training time since the start of the run without pauses. */
  readonly elapsedMs: number
}

/** Steps over which the time per step is averaged for the remaining time. */
const etaWindowSteps = 20

/**
 * Writes a step in one transaction: metrics, groups, rollouts, traces and the run's progress. Returns the alarms that the step
 * raises.
 */
export function recordStep(db: WriteDb, record: RunStepRecord): RunAlarm[] {
  return transaction(db, () => {
    execute(db, sql`DELETE FROM steps WHERE run_id = ${record.runId} AND step = ${record.step}`)
    insertStep(db, record)
    insertMetrics(db, record.runId, record.step, record.metrics)
    for (const [index, group] of record.groups.entries()) insertGroup(db, record, group, index)
    if (record.tokenEntropies) insertTokenEntropies(db, record.runId, record.step, record.tokenEntropies)
    advanceRun(db, record)
    return updateAlarms(db, record.runId, record.step, record.atMs)
  })
}

/** Adds a step's row where it is missing, and marks it changed for whoever follows the run's metrics. */
export function touchStep(db: WriteDb, step: Pick<RunStepRecord, 'runId' | 'step' | 'atMs' | 'elapsedMs'>): void {
  const sequence = nextSequence(db, step.runId)
  execute(
    db,
    sql`INSERT INTO steps (run_id, step, at_ms, elapsed_ms, sequence)
        VALUES (${step.runId}, ${step.step}, ${step.atMs}, ${Math.round(step.elapsedMs)}, ${sequence})
        ON CONFLICT (run_id, step) DO UPDATE SET sequence = ${sequence}`,
  )
}

function nextSequence(db: WriteDb, runId: string): number {
  const row = oneRow<{ sequence: number }>(
    db,
    sql`UPDATE runs SET sequence = sequence + 1 WHERE id = ${runId} RETURNING sequence`,
  )
  if (!row) throw new UserError(`There is no run "${runId}" to record for: it was deleted.`)
  return row.sequence
}

function insertStep(db: WriteDb, record: RunStepRecord): void {
  const { reward = null, accuracy = null } = record.metrics
  touchStep(db, record)
  execute(
    db,
    sql`UPDATE steps SET reward = ${finite(reward)}, accuracy = ${finite(accuracy)}
        WHERE run_id = ${record.runId} AND step = ${record.step}`,
  )
}

/** A number SQLite can hold: it stores NaN as null, and infinities break JSON on the way to the page. */
const finite = (value: number | null): number | null => (value !== null && Number.isFinite(value) ? value : null)

/** Writes metrics of a step, by name and packed; those that are not finite are left out. */
export function insertMetrics(db: WriteDb, runId: string, step: number, metrics: RunStepRecord['metrics']): void {
  const finiteMetrics = Object.fromEntries(Object.entries(metrics).filter(([, value]) => Number.isFinite(value)))
  for (const [name, value] of Object.entries(finiteMetrics))
    execute(
      db,
      sql`INSERT INTO metrics (run_id, step, name, value) VALUES (${runId}, ${step}, ${name}, ${value})
          ON CONFLICT (run_id, step, name) DO UPDATE SET value = excluded.value`,
    )
  packMetrics(db, runId, step, finiteMetrics)
}

function insertGroup(db: WriteDb, { runId, step }: RunStepRecord, group: GroupRecord, index: number): void {
  const mean = (value: (rollout: RolloutRecord) => number): number =>
    group.rollouts.reduce((sum, rollout) => sum + value(rollout), 0) / Math.max(1, group.rollouts.length)
  const { insertedId } = execute(
    db,
    sql`INSERT INTO rollout_groups
          (run_id, step, group_index, prompt_id, prompt, answer, mean_reward, accuracy, filtered)
        VALUES (${runId}, ${step}, ${index}, ${group.promptId}, ${group.prompt}, ${group.answer},
          ${mean((rollout) => rollout.reward)}, ${mean((rollout) => Number(rollout.correct))}, ${Number(group.filtered)})`,
  )
  for (const [responseIndex, rollout] of group.rollouts.entries()) insertRollout(db, insertedId, rollout, responseIndex)
}

function insertRollout(db: WriteDb, groupId: number, rollout: RolloutRecord, index: number): void {
  const { insertedId } = execute(
    db,
    sql`INSERT INTO rollouts (group_id, response_index, text, reward, reward_parts, correct, extracted, reason,
          advantage, tokens, mean_entropy, finish_reason)
        VALUES (${groupId}, ${index}, ${rollout.text}, ${rollout.reward}, ${JSON.stringify(rollout.rewardParts)},
          ${Number(rollout.correct)}, ${rollout.extracted}, ${rollout.reason}, ${rollout.advantage}, ${rollout.tokens},
          ${rollout.meanEntropy}, ${rollout.finishReason})`,
  )
  if (rollout.trace)
    execute(db, sql`INSERT INTO traces (rollout_id, columns) VALUES (${insertedId}, ${packColumns(rollout.trace)})`)
}

function advanceRun(db: WriteDb, { runId, step, atMs, elapsedMs, metrics }: RunStepRecord): void {
  const phase: RunPhase = 'record'
  execute(
    db,
    sql`UPDATE runs SET step = ${step}, phase = ${phase}, phase_progress = 1, elapsed_ms = ${Math.round(elapsedMs)},
          eta_ms = (steps - ${step}) * ${timePerStepMs(db, runId)},
          last_reward = ${finite(metrics.reward ?? null)}, last_accuracy = ${finite(metrics.accuracy ?? null)},
          heartbeat_at_ms = ${atMs}, updated_at_ms = ${atMs}
        WHERE id = ${runId}`,
  )
}

function timePerStepMs(db: ReadDb, runId: string): number {
  const rows = allRows<{ step: number; elapsed_ms: number }>(
    db,
    sql`SELECT step, elapsed_ms FROM steps WHERE run_id = ${runId} ORDER BY step DESC LIMIT ${etaWindowSteps + 1}`,
  )
  const newest = rows[0]
  const oldest = rows.at(-1)
  if (!newest || !oldest) return 0
  if (newest.step === oldest.step) return Math.round(newest.elapsed_ms / Math.max(1, newest.step))
  return Math.round((newest.elapsed_ms - oldest.elapsed_ms) / (newest.step - oldest.step))
}

/** Takes back every step after `afterStep` (-1: all, the evaluation before the first step too), with its evaluations and checkpoints, so that a run can go on from there. */
export function truncateRun(db: WriteDb, runId: string, afterStep: number): void {
  transaction(db, () => {
    execute(db, sql`DELETE FROM steps WHERE run_id = ${runId} AND step > ${afterStep}`)
    execute(db, sql`DELETE FROM evaluations WHERE run_id = ${runId} AND step > ${afterStep}`)
    execute(db, sql`DELETE FROM checkpoints WHERE run_id = ${runId} AND step > ${afterStep}`)
    truncateAlarms(db, runId, afterStep)
    const last = oneRow<{ reward: number | null; accuracy: number | null; elapsed_ms: number }>(
      db,
      sql`SELECT reward, accuracy, elapsed_ms FROM steps WHERE run_id = ${runId} ORDER BY step DESC LIMIT 1`,
    )
    execute(
      db,
      sql`UPDATE runs SET step = ${Math.max(0, afterStep)}, elapsed_ms = ${last?.elapsed_ms ?? 0}, eta_ms = NULL,
            last_reward = ${last?.reward ?? null}, last_accuracy = ${last?.accuracy ?? null}
          WHERE id = ${runId}`,
    )
  })
}
