import {
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CirclePause,
  CirclePlay,
  CircleStop,
  CircleX,
  ListOrdered,
  LoaderCircle,
} from 'lucide-react'
import type { RunStatus, RunSummary } from '../../src-preload/contract/run.ts'
import { t } from '../lib/i18n/translate.ts'
import { activityOf, progressOf, statusTones, statusWords } from '../lib/run-status.ts'

const icons = {
  queued: ListOrdered,
  starting: CircleDashed,
  running: CirclePlay,
  paused: CirclePause,
  stopping: LoaderCircle,
  stopped: CircleStop,
  finished: CircleCheck,
  failed: CircleX,
  interrupted: CircleAlert,
} as const satisfies Record<RunStatus, unknown>

/** Status as icon and word, never by colour alone. */
export function StatusBadge({ status }: { status: RunStatus }) {
  const Icon = icons[status]
  return (
    <span className={`status tone-${statusTones[status]}`}>
      <Icon size={15} aria-hidden />
      {t(statusWords[status])}
    </span>
  )
}

/** The share of the steps that are done; of a run that starts or stops, that it does. */
export function ProgressBar({ run }: { run: RunSummary }) {
  if (run.status === 'starting' || run.status === 'stopping')
    return (
      <span
        className="progress progress-moving"
        role="progressbar"
        aria-label={activityOf(run) || t(statusWords[run.status])}
      >
        <span />
      </span>
    )
  const progress = progressOf(run)
  const tone = statusTones[run.status]
  const look = tone === 'bad' ? ' progress-bad' : tone === 'warn' ? ' progress-paused' : ''
  const quiet = run.status === 'stopped' || run.status === 'finished' ? ' progress-quiet' : ''
  return (
    <span
      className={`progress${look}${quiet}`}
      role="progressbar"
      aria-label={t('Step {step} of {steps}', { step: run.step, steps: run.steps })}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(progress * 100)}
    >
      <span style={{ width: `${progress * 100}%` }} />
    </span>
  )
}
