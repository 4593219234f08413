import type { RunStatus, RunSummary } from '../../src-preload/contract/run.ts'

export type Tone = 'good' | 'busy' | 'warn' | 'bad' | 'quiet'

export const statusTones: Readonly<Record<RunStatus, Tone>> = {
  queued: 'busy',
  running: 'good',
  paused: 'warn',
  stopping: 'busy',
  stopped: 'quiet',
  finished: 'good',
  failed: 'bad',
  interrupted: 'bad',
}

export const statusWords: Readonly<Record<RunStatus, string>> = {
  queued: 'Starting',
  running: 'Running',
  paused: 'Paused',
  stopping: 'Stopping',
  stopped: 'Stopped',
  finished: 'Finished',
  failed: 'Failed',
  interrupted: 'Interrupted',
}

const phaseWords: Readonly<Record<RunSummary['phase'], string>> = {
  starting: 'loading the model',
  curriculum: 'sampling for the curriculum',
  generate: 'sampling',
  verify: 'verifying',
  reference: 'reference pass',
  update: 'updating',
  record: 'recording',
  evaluate: 'evaluating',
  checkpoint: 'saving a checkpoint',
  idle: '',
}

const pendingWords = { pause: 'pausing…', resume: 'resuming…', stop: 'stopping…' } as const

/** What the run is doing at this moment, or what was asked of it; empty when nothing. */
export function activityOf(run: RunSummary): string {
  if (run.pending) return pendingWords[run.pending]
  if (run.status !== 'running' && run.status !== 'queued' && run.status !== 'stopping') return ''
  const part = run.phaseProgress > 0 && run.phaseProgress < 1 ? ` ${Math.round(run.phaseProgress * 100)} %` : ''
  return phaseWords[run.phase] === '' ? '' : `${phaseWords[run.phase]}${part}`
}

/** Share of the run's steps that are done, 0 to 1. */
export function progressOf(run: RunSummary): number {
  return run.steps > 0 ? Math.min(1, run.step / run.steps) : 0
}
