import { TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import type { RunSummary } from '../../../src-preload/contract/run.ts'
import { formatAgo, formatDuration, formatFixed, formatNumber, formatPercent } from '../../lib/format.ts'
import { serviceText } from '../../lib/i18n/service-text.ts'
import { msg, t } from '../../lib/i18n/translate.ts'
import { activityOf } from '../../lib/run-status.ts'
import { alarmText, alarmTitle } from '../../ui/run-alarms.tsx'
import { Sparkline } from '../../ui/sparkline.tsx'
import { ProgressBar, StatusBadge } from '../../ui/status.tsx'
import type { SortKey } from './run-filter.ts'

export const columnIds = [
  'method',
  'model',
  'seed',
  'learning_rate',
  'status',
  'progress',
  'reward',
  'accuracy',
  'greedy',
  'rewards',
  'time',
  'notes',
  'created',
] as const
export type ColumnId = (typeof columnIds)[number]

interface RunColumn {
  readonly label: string
  readonly sortKey?: SortKey
  /** Pixels, where the window is no wider than the columns together. */
  readonly width: number
  readonly number?: boolean
  readonly className?: string
  readonly cell: (run: RunSummary) => ReactNode
}

/** Columns beside the name, which is always there. */
export const runColumns: Readonly<Record<ColumnId, RunColumn>> = {
  method: { label: msg('Method'), width: 102, sortKey: 'method', cell: (run) => run.method },
  model: {
    label: msg('Model'),
    width: 170,
    sortKey: 'model',

    cell: (run) => clipped(run.model),
  },
  seed: { label: msg('Seed'), width: 74, sortKey: 'seed', number: true, cell: (run) => run.seed },
  learning_rate: {
    label: msg('Learning rate'),
    width: 118,
    sortKey: 'learning_rate',
    number: true,
    cell: (run) => formatNumber(run.learningRate, 3),
  },
  status: { label: msg('Status'), width: 154, sortKey: 'status', cell: (run) => <Status run={run} /> },
  progress: {
    label: msg('Progress'),
    width: 158,
    sortKey: 'progress',
    className: 'run-progress',
    cell: (run) => <Progress run={run} />,
  },
  reward: {
    label: msg('Reward'),
    width: 84,
    sortKey: 'reward',
    number: true,
    cell: (run) => formatFixed(run.lastReward, 3),
  },
  accuracy: {
    label: msg('Accuracy'),
    width: 98,
    sortKey: 'accuracy',
    number: true,
    cell: (run) => formatPercent(run.lastAccuracy, 1),
  },
  greedy: {
    label: msg('Held-out'),
    width: 98,
    sortKey: 'greedy',
    number: true,
    cell: (run) => formatPercent(run.lastGreedy, 1),
  },
  rewards: {
    label: msg('Reward curve'),
    width: 112,
    cell: (run) => <Sparkline values={run.rewardCurve} label={t('Rewards up to step {step}', { step: run.step })} />,
  },
  time: {
    label: msg('Trained for'),
    width: 104,
    sortKey: 'time',
    number: true,
    cell: (run) => formatDuration(run.elapsedMs),
  },
  notes: { label: msg('Notes'), width: 170, cell: (run) => clipped(run.notes.split('\n')[0]!) },
  created: {
    label: msg('Created'),
    width: 112,
    sortKey: 'created',
    className: 'quiet run-started',
    cell: (run) => formatAgo(run.createdAtMs, Date.now()),
  },
}

const clipped = (text: string): ReactNode => (
  <span className="ellipsis run-clipped" title={text}>
    {text}
  </span>
)

function Status({ run }: { run: RunSummary }) {
  const note = run.message === null ? activityOf(run) : serviceText(run.message)
  const [alarm] = run.alarms
  return (
    <>
      <StatusBadge status={run.status} />
      {alarm && (
        <span
          className="run-alarm"
          title={run.alarms.map((one) => `${alarmTitle(one)}. ${alarmText(one)}`).join('\n\n')}
        >
          <TriangleAlert size={13} aria-hidden /> {alarmTitle(alarm)}
          {run.alarms.length > 1 && ` +${run.alarms.length - 1}`}
        </span>
      )}
      {note !== '' && !alarm && (
        <span className="run-note quiet ellipsis" title={note}>
          {note}
        </span>
      )}
    </>
  )
}

function Progress({ run }: { run: RunSummary }) {
  return (
    <>
      <ProgressBar run={run} />
      <span className="quiet">
        {run.step} / {run.steps}
        {run.etaMs !== null && run.status === 'running'
          ? ` · ${t('{time} left', { time: formatDuration(run.etaMs) })}`
          : ''}
      </span>
    </>
  )
}
