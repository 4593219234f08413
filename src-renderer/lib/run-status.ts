import type { RunStatus, RunSummary } from '../../src-preload/contract/run.ts'
import { msg, t } from './i18n/translate.ts'

export type Tone = 'good' | 'busy' | 'warn' | 'bad' | 'quiet'

export const statusTones: Readonly<Record<RunStatus, Tone>> = {
  queued: 'quiet',
  starting: 'busy',
  running: 'good',
  paused: 'warn',
  stopping: 'busy',
  stopped: 'quiet',
  finished: 'good',
  failed: 'bad',
  interrupted: 'bad',
}

/** A run's status in a word, to be shown by `t`. */
export const statusWords: Readonly<Record<RunStatus, string>> = {
  queued: msg('Queued'),
  starting: msg('Starting'),
  running: msg('Running'),
  paused: msg('Paused'),
  stopping: msg('Stopping'),
  stopped: msg('Stopped'),
  finished: msg('Finished'),
  failed: msg('Failed'),
  interrupted: msg('Interrupted'),
}

const phaseWords: Readonly<Record<RunSummary['phase'], string>> = {
  starting: msg('loading the model'),
  curriculum: msg('sampling for the curriculum'),
  generate: msg('sampling'),
  verify: msg('verifying'),
  reference: msg('reference pass'),
  update: msg('updating'),
  record: msg('recording'),
  evaluate: msg('evaluating'),
  checkpoint: msg('saving a checkpoint'),
  idle: '',
}

const pendingWords = { pause: msg('pausing…'), resume: msg('resuming…'), stop: msg('stopping…') } as const

/** What the run is doing at this moment, or what was asked of it; empty when nothing. */
export function activityOf(run: RunSummary): string {
  if (run.queuePlace !== null)
    return run.queuePlace === 1 ? t('next in the queue') : t('place {place} in the queue', { place: run.queuePlace })
  if (run.pending) return t(pendingWords[run.pending])
  if (run.status !== 'running' && run.status !== 'starting' && run.status !== 'stopping') return ''
  const part = run.phaseProgress > 0 && run.phaseProgress < 1 ? ` ${Math.round(run.phaseProgress * 100)} %` : ''
  return phaseWords[run.phase] === '' ? '' : `${t(phaseWords[run.phase])}${part}`
}

/** Share of the run's steps that are done, 0 to 1. */
export function progressOf(run: RunSummary): number {
  return run.steps > 0 ? Math.min(1, run.step / run.steps) : 0
}
