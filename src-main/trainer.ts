/**
 * The trainer process: one per active run, the only writer of its run's hot tables.
 * `node src-main/trainer.ts --data WORKSPACE --run ID`. It outlives whoever started it; commands come through the store.
 */
import './util/compile-cache.ts'
import { parseArgs } from 'node:util'
import { alarmSentence } from '../src-preload/contract/alarms.ts'
import { passSettings } from '../src-preload/contract/curriculum.ts'
import { cardSampler } from './rl/card-sampler.ts'
import { latestCheckpoint, pruneCheckpoints } from './rl/checkpoint.ts'
import { StopRequested } from './rl/control.ts'
import { evaluationLine, startLines, stepLine } from './rl/log-lines.ts'
import { type LoopRecorder, runLoop, saveStep } from './rl/loop.ts'
import { type OpenRun, openRun } from './rl/open-run.ts'
import { RunHold } from './rl/run-control.ts'
import { recordCheckpoint, removeCheckpoint } from './store/checkpoints.ts'
import { clearCommand, readCommand } from './store/commands.ts'
import { recordEvaluation } from './store/evaluations.ts'
import { recordEvent } from './store/events.ts'
import { openStore } from './store/open.ts'
import { claimRun, type Release, releaseRun } from './store/ownership.ts'
import { updateProgress } from './store/progress.ts'
import { runConfig, runRow } from './store/runs.ts'
import { passRecord } from './store/semantic-entropy.ts'
import { settings } from './store/settings.ts'
import { recordStep, truncateRun } from './store/steps.ts'
import { checkpointsFolder, referencesFolder } from './store/workspace.ts'
import { UserError } from './util/assert.ts'
import { processStartTime } from './util/process.ts'
import { ResourceMonitor } from './util/resource-monitor.ts'
import { runPaths } from './util/resources.ts'
import { version } from './util/version.ts'

/** How a run ends; the moment is added when it is recorded. */
type Outcome = Omit<Release, 'atMs'>

/** How often commands are looked for and the position is written. */
const tickMs = 100
/** A heartbeat is written at least this often, even when nothing moved. */
const heartbeatMs = 2000

const { values } = parseArgs({ options: { data: { type: 'string' }, run: { type: 'string' } } })
if (!values.data || !values.run) throw new Error('trainer.ts needs --data WORKSPACE and --run ID.')
const { data: workspace, run: runId } = values
const db = openStore(workspace, 'write')
claimRun(db, runId, { pid: process.pid, processStartTime: processStartTime(process.pid), atMs: Date.now() })
const wanted = runConfig(db, runId)
const config = { ...wanted, device: runRow(db, runId).device ?? wanted.device }
const checkpoints = checkpointsFolder(workspace, runId)

let step = 0
let written = ''
let writtenAtMs = 0
/** Writes a line of the log: what this process prints goes there. */
const log = (text: string): void => console.log(`${new Date().toISOString()}  step ${step}  ${text}`)
const note = (kind: string, message: string): void => {
  log(`${kind}: ${message}`)
  recordEvent(db, { runId, atMs: Date.now(), step, kind, message })
}
const hold = new RunHold(0, note)
const monitor = new ResourceMonitor(cardSampler(config.device))
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => hold.receive('stop'))

async function train(): Promise<Outcome> {
  const ticking = setInterval(tick, tickMs)
  for (const line of startLines(config, version)) log(line)
  let run: OpenRun | undefined
  try {
    const checkpoint = await latestCheckpoint(checkpoints)
    const { step: recorded } = runRow(db, runId)
    truncateRun(db, runId, checkpoint?.step ?? -1)
    const paths = { ...runPaths(config), checkpoints, references: referencesFolder(workspace, runId) }
    run = await openRun({
      config,
      paths,
      control: hold,
      recorder: recorder(() => run),
      passRecord: () => passRecord(db, passSettings(config)),
      resumeFrom: checkpoint?.folder,
    })
    step = run.state.step
    if (config.device !== wanted.device) note('device', `Computes on ${config.device}: ${wanted.device} was taken.`)
    note('started', startSentence(checkpoint?.step, recorded))
    return await runToEnd(run)
  } catch (error) {
    // Stopped before the first step of this process: what was recorded before it stands.
    if (!run && error instanceof StopRequested) return { status: 'stopped' }
    throw error
  } finally {
    clearInterval(ticking)
    await run?.close()
  }
}

function startSentence(checkpointStep: number | undefined, recordedSteps: number): string {
  if (checkpointStep !== undefined) return `Resumed from the checkpoint of step ${checkpointStep}.`
  return recordedSteps > 0
    ? `Started over from the model folder: there was no checkpoint, so the ${recordedSteps} recorded steps are done again.`
    : 'Started from the model folder.'
}

async function runToEnd({ sources, state }: OpenRun): Promise<Outcome> {
  try {
    await runLoop(sources, state)
    return { status: 'finished' }
  } catch (error) {
    if (!(error instanceof StopRequested)) throw error
    await saveStep(sources, state)
    return { status: 'stopped' }
  }
}

function recorder(run: () => OpenRun | undefined): LoopRecorder {
  return {
    step(record) {
      step = record.step
      const metrics = { ...record.metrics, ...monitor.take() }
      const alarms = recordStep(db, { ...record, metrics, runId, atMs: Date.now(), elapsedMs: hold.clockMs() })
      log(stepLine(metrics))
      for (const one of alarms) log(`alarm: ${alarmSentence(one)}`)
      const [alarm] = alarms
      if (alarm && settings(db).pauseOnAlarm) hold.pause('paused', `Paused by the watchdog. ${alarmSentence(alarm)}`)
    },
    evaluation(atStep, metrics) {
      const { dataset, limit, n } = config.evaluation
      const problems = Math.min(limit, run()?.sources.heldOut.length ?? 0)
      log(`evaluation of ${problems} problems: ${evaluationLine(metrics)}`)
      const evaluation = { step: atStep, dataset: dataset ?? '', problems, n, metrics }
      recordEvaluation(db, { ...evaluation, runId, atMs: Date.now(), elapsedMs: hold.clockMs() })
    },
    async checkpoint(state) {
      const saved = await run()?.save(state)
      if (!saved) return
      log(`checkpoint: ${saved.folder}, ${(saved.bytes / 1e6).toFixed(1)} MB`)
      recordCheckpoint(db, { runId, step: state.step, ...saved, atMs: Date.now() })
      for (const old of await pruneCheckpoints(checkpoints, config.checkpoint.keep)) removeCheckpoint(db, runId, old)
    },
  }
}

/** Takes commands from the store and writes where the run is. */
function tick(): void {
  const command = readCommand(db, runId)
  if (command) {
    hold.receive(command)
    if (command !== 'stop') clearWhenDone(command)
  }
  const { phase, progress, state } = hold.position()
  const { reason } = hold
  const position = `${state} ${phase} ${progress.toFixed(2)} ${reason}`
  if (position === written && Date.now() - writtenAtMs < heartbeatMs) return
  written = position
  writtenAtMs = Date.now()
  updateProgress(db, runId, {
    status: state,
    phase,
    phaseProgress: progress,
    elapsedMs: hold.clockMs(),
    atMs: writtenAtMs,
    message: reason,
  })
}

/** A pause is done once nothing computes any more; the others at once. */
function clearWhenDone(command: 'pause' | 'resume'): void {
  const paused = hold.position().state === 'paused'
  if (paused !== (command === 'pause')) return
  clearCommand(db, runId, command)
  note(command === 'pause' ? 'paused' : 'resumed', command === 'pause' ? 'Paused; memory is kept.' : 'Going on.')
}

const release = await train().catch((error: unknown): Outcome => {
  console.error(error)
  return { status: 'failed', message: failureMessage(error) }
})
log(`${release.status}: ${release.message ?? `The run is ${release.status}.`}`)
process.exitCode = release.status === 'failed' ? 1 : 0
try {
  releaseRun(db, runId, { ...release, atMs: Date.now() })
} catch (error) {
  // The store cannot take the last word; whoever opens the workspace next finds the run interrupted.
  console.error(error)
  process.exitCode = 1
}
db.close()

function failureMessage(error: unknown): string {
  if (error instanceof UserError) return error.message
  if (error instanceof Error && 'code' in error && error.code === 'ENOSPC')
    return `The disk that holds ${workspace} is full. Free some space and resume the run: everything recorded so far is kept.`
  return `The trainer failed: ${error}`
}
