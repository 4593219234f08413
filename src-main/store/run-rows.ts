import type { RunAlarm } from '../../src-preload/contract/alarms.ts'
import type { RunConfig } from '../../src-preload/contract/config.ts'
import type { DeviceId } from '../../src-preload/contract/device.ts'
import type { RunPhase, RunStatus, RunSummary } from '../../src-preload/contract/run.ts'
import { allRows, oneRow, type Query, type ReadDb, sql } from './sql.ts'

/** Most rewards of the small curve of a run list. */
const curvePoints = 40

/** A row of the table `runs`. */
export interface RunRow {
  readonly id: string
  readonly name: string
  readonly tags: string
  readonly notes: string
  readonly pinned: number
  readonly deleted_at_ms: number | null
  readonly method: string
  readonly model: string
  readonly config: string
  /** `queued` stands for starting as well; see `statusOf`. */
  readonly status: Exclude<RunStatus, 'starting'>
  /** Place in the queue; null for a run that is not in it. */
  readonly queue_place: number | null
  /** Where it computes since it last started; null: where its config says. */
  readonly device: DeviceId | null
  readonly pending: RunSummary['pending']
  readonly phase: RunPhase
  readonly phase_progress: number
  readonly step: number
  readonly steps: number
  readonly created_at_ms: number
  readonly updated_at_ms: number
  readonly ended_at_ms: number | null
  readonly elapsed_ms: number
  readonly eta_ms: number | null
  readonly last_reward: number | null
  readonly last_accuracy: number | null
  readonly message: string | null
  readonly alarms: string
  readonly owner_pid: number | null
  readonly owner_start_time: string | null
  readonly heartbeat_at_ms: number | null
  readonly revision: number
  readonly sequence: number
}

/** The rewards of evenly spaced steps up to the last one, each looked up by its step. */
export function rewardCurveQuery(runId: string, lastStep: number): Query {
  const stride = Math.max(1, Math.ceil(lastStep / curvePoints))
  return sql`
    WITH RECURSIVE places (step) AS (
      SELECT ${lastStep} UNION ALL SELECT step - ${stride} FROM places WHERE step > ${stride}
    )
    SELECT steps.step, reward FROM places CROSS JOIN steps ON steps.run_id = ${runId} AND steps.step = places.step
    WHERE reward IS NOT NULL`
}

export const lastGreedyQuery = (runId: string): Query => sql`
  SELECT json_extract(metrics, '$."eval/greedy"') AS greedy FROM evaluations WHERE run_id = ${runId}
  ORDER BY step DESC LIMIT 1`

export const lastCheckpointQuery = (runId: string): Query =>
  sql`SELECT max(step) AS step FROM checkpoints WHERE run_id = ${runId}`

/** The step of a run's newest checkpoint; null while it has none. */
export const lastCheckpointStep = (db: ReadDb, runId: string): number | null =>
  oneRow<{ step: number | null }>(db, lastCheckpointQuery(runId))?.step ?? null

/** What a run is. A queued one without a place in the queue has left it, and its trainer is coming up. */
export const statusOf = ({ status, queue_place }: Pick<RunRow, 'status' | 'queue_place'>): RunStatus =>
  status === 'queued' && queue_place === null ? 'starting' : status

export function summaryOf(db: ReadDb, row: RunRow): RunSummary {
  const rewards = allRows<{ step: number; reward: number }>(db, rewardCurveQuery(row.id, row.step))
  const { seed, optimizer } = JSON.parse(row.config) as RunConfig
  return {
    id: row.id,
    name: row.name,
    tags: JSON.parse(row.tags) as string[],
    notes: row.notes,
    pinned: row.pinned === 1,
    method: row.method,
    model: row.model,
    seed,
    learningRate: optimizer.learning_rate,
    status: statusOf(row),
    queuePlace: row.queue_place,
    pending: row.pending,
    phase: row.phase,
    phaseProgress: row.phase_progress,
    step: row.step,
    steps: row.steps,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
    endedAtMs: row.ended_at_ms,
    elapsedMs: row.elapsed_ms,
    etaMs: row.eta_ms,
    lastReward: row.last_reward,
    lastAccuracy: row.last_accuracy,
    lastGreedy: oneRow<{ greedy: number | null }>(db, lastGreedyQuery(row.id))?.greedy ?? null,
    checkpointStep: lastCheckpointStep(db, row.id),
    rewardCurve: rewards.sort((a, b) => a.step - b.step).map(({ reward }) => reward),
    message: row.message,
    alarms: JSON.parse(row.alarms) as RunAlarm[],
  }
}
