import { enterQueue } from '../store/queue.ts'
import { runConfig } from '../store/runs.ts'
import { transaction, type WriteDb } from '../store/sql.ts'
import { queueNewRun, startQueuedRuns } from './runs.ts'

/** Puts resumable runs at the end of the queue, all or none. Throws UserError for a run that cannot be resumed. */
export function queueRuns(db: WriteDb, ids: readonly string[]): void {
  transaction(db, () => {
    for (const id of ids) enterQueue(db, id, Date.now())
  })
  startQueuedRuns(db)
}

/** Queues a new run of the same config for each run, and returns the new ids. Throws UserError where a config no longer fits. */
export async function repeatRuns(db: WriteDb, ids: readonly string[]): Promise<string[]> {
  const configs = ids.map((id) => runConfig(db, id))
  const made: string[] = []
  for (const config of configs) made.push(await queueNewRun(db, config))
  return made
}
