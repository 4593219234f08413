import { setTimeout as sleep } from 'node:timers/promises'
import { isActive, type RunSummary } from '../../src-preload/contract/run.ts'
import { unpackTrace } from '../../src-preload/contract/trace.ts'
import { setCommand } from '../store/commands.ts'
import { reconcileRuns } from '../store/ownership.ts'
import { rolloutDetail } from '../store/rollouts.ts'
import { runSummary } from '../store/runs.ts'
import type { ReadDb, WriteDb } from '../store/sql.ts'
import { UserError } from '../util/assert.ts'
import { duration, fixed, ProgressLine } from './output.ts'

const pollMs = 250

/**
 * Watches a run until its trainer has let go of it, drawing a progress line. The first interrupt (Ctrl-C) asks the run
 * to stop at a safe point; a second one leaves it training in the background.
 */
export async function follow(db: WriteDb, runId: string): Promise<RunSummary> {
  const line = new ProgressLine()
  const interrupts = { count: 0 }
  const interrupt = (): void => {
    interrupts.count++
    if (interrupts.count === 1) setCommand(db, runId, 'stop')
  }
  process.on('SIGINT', interrupt)
  try {
    for (;;) {
      reconcileRuns(db)
      const summary = runSummary(db, runId)
      line.show(summary.step / summary.steps, progressText(summary))
      if (!isActive(summary.status) || interrupts.count > 1) return summary
      await sleep(pollMs)
    }
  } finally {
    process.off('SIGINT', interrupt)
    line.end()
  }
}

function progressText(summary: RunSummary): string {
  const { step, steps, lastReward, lastAccuracy, etaMs, status } = summary
  const left = etaMs === null ? '' : `, ${duration(etaMs)} left`
  return `${summary.name}: ${status}, step ${step}/${steps}, reward ${fixed(lastReward, 3)}, accuracy ${fixed(lastAccuracy, 3)}${left}`
}

/** Waits until a run has no trainer any more. */
export async function waitUntilIdle(db: WriteDb, runId: string): Promise<RunSummary> {
  for (;;) {
    reconcileRuns(db)
    const summary = runSummary(db, runId)
    if (!isActive(summary.status)) return summary
    await sleep(pollMs)
  }
}

export interface TokenRecord {
  readonly position: number
  readonly id: number
  readonly text: string
  readonly rolloutLogprob: number
  readonly entropy: number
  readonly policyLogprob: number | null
  readonly referenceLogprob: number | null
  readonly flags: number
}

/** The tokens of a stored response with their numbers. @throws UserError when its step was not traced. */
export function traceTokens(db: ReadDb, runId: string, rolloutId: number): TokenRecord[] {
  const detail = rolloutDetail(db, rolloutId)
  if (detail.summary.runId !== runId)
    throw new UserError(`Rollout ${rolloutId} belongs to the run "${detail.summary.runId}", not to "${runId}".`)
  if (!detail.trace)
    throw new UserError(
      `Rollout ${rolloutId} has no token trace: the run's trace setting left step ${detail.summary.step} out.`,
    )
  const trace = unpackTrace(detail.trace)
  let offset = 0
  return Array.from(trace.ids, (id, position) => {
    const start = offset
    offset += trace.textLengths[position]!
    return {
      position,
      id,
      text: detail.text.slice(start, offset),
      rolloutLogprob: trace.rolloutLogprobs[position]!,
      entropy: trace.entropies[position]!,
      policyLogprob: trace.policyLogprobs?.[position] ?? null,
      referenceLogprob: trace.referenceLogprobs?.[position] ?? null,
      flags: trace.flags[position]!,
    }
  })
}
