import { mkdir, open, rm, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { stringify } from 'yaml'
import type { RunConfig } from '../../src-preload/contract/config.ts'
import { isCard } from '../../src-preload/contract/device.ts'
import { isActive } from '../../src-preload/contract/run.ts'
import { requireDeviceFor, waitsForCard } from '../store/cards.ts'
import { type RunCommand, setCommand } from '../store/commands.ts'
import { workspaceOf } from '../store/open.ts'
import { abandonRun, expectTrainer, reconcileRuns } from '../store/ownership.ts'
import { leaveQueue, takeNextRun } from '../store/queue.ts'
import { createRun, deleteRun, newRunId, runRow, runSummary, runsHiddenBefore } from '../store/runs.ts'
import { sweepPasses } from '../store/semantic-entropy.ts'
import { settings } from '../store/settings.ts'
import { type ReadDb, transaction, type WriteDb } from '../store/sql.ts'
import { runConfigFile, runFolder, runLogFile } from '../store/workspace.ts'
import { UserError } from '../util/assert.ts'
import { isBuiltin } from '../util/resources.ts'
import { checkConfig } from './check-config.ts'
import { tryCards, usableCards } from './devices.ts'
import { startTrainer } from './trainer-process.ts'

/** Checks a config (object or YAML text), makes the run with its folder and starts its trainer. Throws UserError when bad. */
export async function startRun(db: WriteDb, input: unknown): Promise<string> {
  const config = await requireConfig(db, input)
  if (isCard(config.device)) await tryCards()
  const id = await makeRun(db, config, false)
  launch(db, id)
  return id
}

/** Makes the run of a config (object or YAML text) and puts it at the end of the queue. Throws UserError when bad. */
export async function queueNewRun(db: WriteDb, input: unknown): Promise<string> {
  const id = await makeRun(db, await requireConfig(db, input), true)
  startQueuedRuns(db)
  return id
}

async function requireConfig(db: WriteDb, input: unknown): Promise<RunConfig> {
  const { config, issues } = await checkConfig(db, input)
  if (!config || issues.length > 0)
    throw new UserError(issues.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('\n'))
  return config
}

/** Writes a run's folder and records the run. Paths are made absolute: the trainer works in another folder. */
async function makeRun(db: WriteDb, given: RunConfig, queue: boolean): Promise<string> {
  const config = withAbsolutePaths(given)
  const id = newRunId(config.name)
  const folder = runFolder(workspaceOf(db), id)
  try {
    await mkdir(folder, { recursive: true })
    await writeFile(runConfigFile(workspaceOf(db), id), stringify(config))
    transaction(db, () => {
      createRun(db, { id, config, atMs: Date.now(), queue })
      if (!queue) requireDeviceFor(db, id, usableCards())
    })
    return id
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    if (error instanceof UserError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new UserError(`The run cannot be written to ${folder} (${reason}). Check the disk's room and rights.`)
  }
}

const absolute = (reference: string): string => (isBuiltin(reference) ? reference : resolve(reference))

/** Paths made absolute: a run or a pass works in another folder. */
export function withAbsolutePaths(config: RunConfig): RunConfig {
  const { dataset } = config.evaluation
  return {
    ...config,
    model: absolute(config.model),
    data: { ...config.data, train: absolute(config.data.train) },
    evaluation: { ...config.evaluation, dataset: dataset === null ? null : absolute(dataset) },
  }
}

/** Starts the trainer of a starting run. One that ends without ever claiming the run leaves it failed, with a sentence. */
function launch(db: WriteDb, runId: string): void {
  startTrainer(workspaceOf(db), runId, () => {
    if (!db.open) return
    try {
      abandonRun(db, runId, Date.now())
      reconcileRuns(db)
      startQueuedRuns(db)
    } catch (error) {
      // Nobody waits for this: what cannot be written now is noticed when runs are next reconciled.
      process.stderr.write(`${error}\n`)
    }
  })
}

/** Starts queued runs, the next one first, while fewer are active than the settings say. */
export function startQueuedRuns(db: WriteDb): void {
  const { queueHeld, maxActiveRuns } = settings(db)
  if (queueHeld) return
  for (;;) {
    const id = takeNextRun(db, { maxActiveRuns, cards: usableCards() }, Date.now())
    if (id === null) break
    launch(db, id)
  }
  if (waitsForCard(db)) void tryCards().then((news) => news && db.open && startQueuedRuns(db))
}

/** Asks an active run to go on, or starts a trainer for one that has none. Throws UserError for a finished run. */
export const resumeRun = (db: WriteDb, runId: string): void => command(db, runId, 'resume')

/** Pauses, resumes or stops; a queued run starts at once, or leaves the queue. */
export function command(db: WriteDb, runId: string, wanted: RunCommand): void {
  reconcileRuns(db)
  const { status, name } = runSummary(db, runId)
  if (status === 'queued' && wanted === 'stop') leaveQueue(db, runId, Date.now())
  else if (isActive(status)) {
    if (status === 'stopping' && wanted !== 'stop')
      throw new UserError(`The run "${name}" is stopping. Wait until it has stopped.`)
    setCommand(db, runId, wanted)
  } else if (wanted === 'resume') {
    transaction(db, () => {
      expectTrainer(db, runId, Date.now())
      requireDeviceFor(db, runId, usableCards())
    })
    launch(db, runId)
  } else if (wanted === 'pause') throw new UserError(`The run "${name}" is ${status}: there is nothing to pause.`)
}

/** How long a deleted run can be brought back. */
const restoreLimitMs = 600_000

/** Removes for good what was deleted longer ago than it can be brought back. */
export async function sweepDeleted(db: WriteDb, nowMs: number): Promise<void> {
  sweepPasses(db, nowMs - restoreLimitMs)
  for (const id of runsHiddenBefore(db, nowMs - restoreLimitMs)) await removeRun(db, id)
}

/** Deletes a run that is not active: rows first, so that a folder left behind by a crash belongs to no run. */
async function removeRun(db: WriteDb, runId: string): Promise<void> {
  reconcileRuns(db)
  deleteRun(db, runId)
  await rm(runFolder(workspaceOf(db), runId), { recursive: true, force: true })
}

/** The end of a run's log as text; empty before the trainer wrote anything. */
export async function runLog(db: ReadDb, runId: string, tailBytes: number): Promise<string> {
  runRow(db, runId)
  const file = await open(runLogFile(workspaceOf(db), runId)).catch(() => null)
  if (!file) return ''
  try {
    const { size } = await file.stat()
    const length = Math.min(size, tailBytes)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await file.close()
  }
}
