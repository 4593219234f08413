import type { RunAlarm } from '../../src-preload/contract/alarms.ts'
import type { DeviceId } from '../../src-preload/contract/device.ts'
import type { RunPhase, RunStatus, RunSummary } from '../../src-preload/contract/run.ts'
import { allRows, type Query, type ReadDb, sql } from './sql.ts'

/** Rewards of the sparkline of a run list. */
const recentRewardCount = 40

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

export const recentRewardsQuery = (runId: string): Query => sql`
  SELECT reward FROM steps WHERE run_id = ${runId} AND reward IS NOT NULL
  ORDER BY step DESC LIMIT ${recentRewardCount}`

/** What a run is. A queued one without a place in the queue has left it, and its trainer is coming up. */
export const statusOf = ({ status, queue_place }: Pick<RunRow, 'status' | 'queue_place'>): RunStatus =>
  status === 'queued' && queue_place === null ? 'starting' : status

export function summaryOf(db: ReadDb, row: RunRow): RunSummary {
  const rewards = allRows<{ reward: number }>(db, recentRewardsQuery(row.id)).map(({ reward }) => reward)
  return {
    id: row.id,
    name: row.name,
    tags: JSON.parse(row.tags) as string[],
    notes: row.notes,
    pinned: row.pinned === 1,
    method: row.method,
    model: row.model,
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
    recentRewards: rewards.reverse(),
    message: row.message,
    alarms: JSON.parse(row.alarms) as RunAlarm[],
  }
}
