import { recordEvent } from '../../src-main/store/events.ts'
import { releaseRun } from '../../src-main/store/ownership.ts'
import { createRun, newRunId } from '../../src-main/store/runs.ts'
import { transaction, type WriteDb } from '../../src-main/store/sql.ts'
import { type RunStepRecord, recordStep } from '../../src-main/store/steps.ts'
import { runConfigSchema } from '../../src-preload/contract/config.ts'
import { sampleStep, seededUniform, writeSampleRun } from './sample-run.ts'

/** Writes `count` runs of a few steps each, of several methods, tags and ends, through the store; returns their ids. */
export function writeManyRuns(db: WriteDb, count: number, atMs = Date.now()): string[] {
  const methods = ['archer', 'grpo', 'dapo'] as const
  return Array.from({ length: count }, (_, index) => {
    const id = writeSampleRun(db, {
      config: {
        name: `${methods[index % 3]}-arithmetic-${index}`,
        method: { name: methods[index % 3]! },
        tags: index % 4 === 0 ? ['sweep', `seed-${index % 5}`] : [],
        optimizer: { learning_rate: [1e-4, 3e-4, 1e-3][index % 3]! },
        seed: index % 5,
      },
      steps: 2 + (index % 5),
      prompts: 1,
      generations: 2,
      seed: index + 1,
      atMs: atMs - index * 3_600_000,
      active: index % 37 === 5,
    })
    if (index % 29 === 7) recordEvent(db, { runId: id, atMs, step: 1, kind: 'paused', message: 'Paused by the user.' })
    return id
  })
}

interface LongRun {
  readonly steps: number
  /** Metrics of each step. */
  readonly metrics: number
  /** Left running, so that more steps may come. */
  readonly active?: boolean
}

/** Writes a run of many steps and metrics and no responses: for pages that must open fast. */
export function writeLongRun(db: WriteDb, run: LongRun): string {
  const { steps, active = false } = run
  const config = runConfigSchema.parse({ name: `long ${steps} steps`, steps })
  const id = newRunId(config.name)
  createRun(db, { id, config, atMs: Date.now() - steps * longStepMs })
  transaction(db, () => {
    for (let step = 1; step <= steps; step++) recordStep(db, longRunStep(id, step, run))
  })
  if (!active) releaseRun(db, id, { status: 'finished', atMs: Date.now() })
  return id
}

const longStepMs = 4000

/** One step of a long run. */
export function longRunStep(runId: string, step: number, { steps, metrics }: LongRun): RunStepRecord {
  const uniform = seededUniform(step)
  const base = sampleStep(runId, 1, { steps, prompts: 1, generations: 2 }).metrics
  const others = Array.from({ length: Math.max(0, metrics - Object.keys(base).length - 1) }, (_, i) => `extra/m${i}`)
  const wave = (name: string, index: number): number =>
    (base[name] ?? index / 10) * (0.6 + 0.4 * Math.sin(step / (200 + 40 * index))) + (uniform() - 0.5) * 0.2
  const values = Object.fromEntries([...Object.keys(base), ...others].map((name, index) => [name, wave(name, index)]))
  return {
    runId,
    step,
    atMs: Date.now() - (steps - step) * longStepMs,
    elapsedMs: step * longStepMs,
    metrics: { ...values, num_tokens: step * 12_000 },
    groups: [],
  }
}
