/**
 * A run as files for other tools: `RUN/config.yaml`, `run.json`, `metrics.csv`, `metrics.jsonl`, `evaluations.jsonl`,
 * `rollouts.jsonl`, `traces.jsonl`, and `tensorboard/RUN/events.out.tfevents.*`, a folder per run as TensorBoard wants it.
 */
import { type FileHandle, mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { MetricSeries } from '../../../src-preload/contract/run.ts'
import { metricSeries } from '../../store/metrics.ts'
import { wholeRollouts } from '../../store/rollout-export.ts'
import { rolloutSteps } from '../../store/rollouts.ts'
import { getRun } from '../../store/runs.ts'
import type { ReadDb } from '../../store/sql.ts'
import { UserError } from '../../util/assert.ts'
import { metricsCsv, metricsOfRow, rolloutLine, traceLine } from './rows.ts'
import { scalarsEvent, versionEvent } from './tensorboard.ts'

export interface RunExport {
  readonly runId: string
  readonly folder: string
  /** Writes `traces.jsonl`, by far the largest file. */
  readonly traces: boolean
  /** Told the done part, 0 to 1, after every step. */
  readonly progress?: (share: number) => void
}

/**
 * Writes a run under `folder`; what is half written has another name. Throws UserError when the run was exported there already,
 * does not exist, or the folder cannot be written.
 */
export async function exportRun(db: ReadDb, { runId, folder, traces, progress }: RunExport): Promise<void> {
  const { summary, config, events, checkpoints, evaluations } = getRun(db, runId)
  const target = join(folder, runId)
  const partial = `${target}.partial`
  if (await stat(target).catch(() => null))
    throw new UserError(`${target} exists already. Remove it, or choose another folder.`)
  const series = metricSeries(db, { id: runId, afterStep: -1 })
  try {
    await rm(partial, { recursive: true, force: true })
    await mkdir(partial, { recursive: true })
    const write = (name: string, content: string): Promise<void> => writeFile(join(partial, name), content)
    await write('config.yaml', stringify(config))
    await write('run.json', `${JSON.stringify({ ...summary, events, checkpoints }, null, 2)}\n`)
    await write('metrics.csv', metricsCsv(series))
    await write('metrics.jsonl', jsonLines(series.steps.map((_, row) => metricsOfRow(series, row))))
    await write('evaluations.jsonl', jsonLines(evaluations))
    await writeRollouts(db, runId, partial, traces, progress)
    await writeTensorboard(series, join(folder, 'tensorboard', runId), summary.createdAtMs)
    await rename(partial, target)
  } catch (error) {
    await rm(partial, { recursive: true, force: true }).catch(() => {})
    if (error instanceof UserError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new UserError(`The run cannot be exported to ${folder} (${reason}). Check the disk's room and rights.`)
  }
}

const jsonLines = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('')

/** A step at a time: a run may hold gigabytes of traces. */
async function writeRollouts(
  db: ReadDb,
  runId: string,
  folder: string,
  traces: boolean,
  progress: RunExport['progress'],
): Promise<void> {
  const files: FileHandle[] = []
  const openFile = async (name: string): Promise<FileHandle> => {
    const file = await open(join(folder, name), 'w')
    files.push(file)
    return file
  }
  try {
    const rolloutFile = await openFile('rollouts.jsonl')
    const traceFile = traces ? await openFile('traces.jsonl') : null
    const steps = rolloutSteps(db, runId)
    for (const [index, step] of steps.entries()) {
      const rollouts = wholeRollouts(db, runId, step)
      await rolloutFile.write(jsonLines(rollouts.map(rolloutLine)))
      await traceFile?.write(jsonLines(rollouts.flatMap((rollout) => traceLine(rollout) ?? [])))
      progress?.((index + 1) / steps.length)
    }
  } finally {
    for (const file of files) await file.close()
  }
}

async function writeTensorboard(series: MetricSeries, folder: string, createdAtMs: number): Promise<void> {
  const records = series.steps.map((step, row) => {
    const scalars = Object.entries(series.values).map(([name, column]) => [name, column[row] ?? Number.NaN] as const)
    return scalarsEvent(step, series.atMs[row]!, Object.fromEntries(scalars))
  })
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const name = `events.out.tfevents.${Math.floor(createdAtMs / 1000)}.quiver`
  await writeFile(join(folder, name), Buffer.concat([versionEvent(createdAtMs), ...records]))
}
