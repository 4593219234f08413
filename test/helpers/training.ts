import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { traceTokens } from '../../src-main/cli/run-commands.ts'
import { metricSeries } from '../../src-main/store/metrics.ts'
import { openStore } from '../../src-main/store/open.ts'
import { expectTrainer, reconcileRuns } from '../../src-main/store/ownership.ts'
import { groupsOfStep, rolloutSteps } from '../../src-main/store/rollouts.ts'
import { createRun, getRun, runSummary } from '../../src-main/store/runs.ts'
import type { WriteDb } from '../../src-main/store/sql.ts'
import { appFolder } from '../../src-main/util/resources.ts'
import { type RunConfig, type RunConfigInput, runConfigSchema } from '../../src-preload/contract/config.ts'
import type { RunDetail, RunSummary } from '../../src-preload/contract/run.ts'
import { sharedFolder } from './workspace.ts'

/** A real run on the built-in model, small enough to finish in seconds. */
export function smallRun(changes: RunConfigInput = {}): RunConfig {
  return runConfigSchema.parse({
    name: 'small',
    steps: 6,
    seed: 5,
    rollout: { prompts_per_step: 4, num_generations: 4, max_completion_length: 40 },
    update: { num_iterations: 2, mini_batch_prompts: 2, micro_batch_tokens: 256 },
    optimizer: { learning_rate: 1e-3, warmup_steps: 0 },
    evaluation: { dataset: 'builtin:arithmetic-heldout', every: 2, limit: 8, n: 2, k: [1, 2] },
    checkpoint: { every: 2, keep: 2 },
    threads: 1,
    ...changes,
  })
}

export interface Workspace {
  readonly folder: string
  readonly db: WriteDb
}

export function openWorkspace(): Workspace {
  const folder = sharedFolder()
  return { folder, db: openStore(folder, 'write') }
}

export function addRun({ db }: Workspace, id: string, config: RunConfig): void {
  createRun(db, { id, config, atMs: Date.now() })
}

/** Starts the trainer process of a queued run; output is kept for failures. */
export function spawnTrainer({ folder }: Workspace, id: string): ChildProcess & { output: () => string } {
  const script = join(appFolder, 'src-main', 'trainer.ts')
  const child = spawn(process.execPath, [script, '--data', folder, '--run', id], { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  return Object.assign(child, { output: () => output })
}

export const exited = (child: ChildProcess): Promise<number | null> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve(child.exitCode)
    : new Promise((resolve) => child.once('exit', (code) => resolve(code)))

/** Runs the trainer to its end and returns the run's summary. */
export async function trainToEnd(workspace: Workspace, id: string): Promise<RunSummary> {
  const child = spawnTrainer(workspace, id)
  const code = await exited(child)
  const summary = runSummary(workspace.db, id)
  if (code !== 0) throw new Error(`The trainer ended with code ${code}, status ${summary.status}:\n${child.output()}`)
  return summary
}

/** Notices a dead trainer and queues its run again. */
export function queueAgain({ db }: Workspace, id: string): void {
  reconcileRuns(db)
  expectTrainer(db, id, Date.now())
}

/** What the machine decides: clocks and memory. */
const isOfMachine = (name: string): boolean => /^(timing_s|memory|system|gpu)\/|^tokens_per_second$/.test(name)

/** Everything a run leaves behind but clocks, memory, ids and paths: two exact runs give equal records. */
export function recordOf({ db }: Workspace, id: string): object {
  const { values, steps } = metricSeries(db, { id, afterStep: -1 })
  const run: RunDetail = getRun(db, id)
  return {
    steps,
    metrics: Object.fromEntries(Object.entries(values).filter(([name]) => !isOfMachine(name))),
    evaluations: run.evaluations,
    checkpoints: run.checkpoints.map(({ step }) => step),
    rollouts: rolloutSteps(db, id).map((step) =>
      groupsOfStep(db, id, step).map((group) => ({
        prompt: group.prompt,
        filtered: group.filtered,
        rollouts: group.rollouts.map(({ id: rolloutId, runId: _, ...rollout }) => ({
          ...rollout,
          tokens: traceTokens(db, id, rolloutId),
        })),
      })),
    ),
  }
}
