import { ArrowDown, ArrowUp } from 'lucide-react'
import { memo } from 'react'
import { Link } from 'wouter'
import type { RunSummary } from '../../../src-preload/contract/run.ts'
import { formatAgo, formatDuration, formatFixed, formatPercent } from '../../lib/format.ts'
import { links } from '../../lib/links.ts'
import { activityOf } from '../../lib/run-status.ts'
import { toggleSelected, useView } from '../../lib/view-state.ts'
import { RunButtons, useRunActions } from '../../ui/run-controls.tsx'
import { Sparkline } from '../../ui/sparkline.tsx'
import { ProgressBar, StatusBadge } from '../../ui/status.tsx'
import type { RunSort, SortKey } from './run-filter.ts'

interface Column {
  readonly label: string
  readonly sortKey?: SortKey
  readonly number?: boolean
}

const columns: readonly Column[] = [
  { label: 'Run', sortKey: 'name' },
  { label: 'Method', sortKey: 'method' },
  { label: 'Status', sortKey: 'status' },
  { label: 'Progress', sortKey: 'progress' },
  { label: 'Reward', sortKey: 'reward', number: true },
  { label: 'Accuracy', sortKey: 'accuracy', number: true },
  { label: 'Rewards' },
  { label: 'Started', sortKey: 'created' },
]

interface RunTableProps {
  readonly runs: readonly RunSummary[]
  readonly sort: RunSort
  readonly onSort: (sort: RunSort) => void
}

export function RunTable({ runs, sort, onSort }: RunTableProps) {
  return (
    <div className="card run-table-box">
      <table className="table run-table">
        <thead>
          <tr>
            <th>
              <span className="visually-hidden">Marked</span>
            </th>
            {columns.map((column) => (
              <HeadCell key={column.label} {...column} sort={sort} onSort={onSort} />
            ))}
            <th>
              <span className="visually-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <RunRow key={run.id} run={run} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function HeadCell({ label, sortKey, number, sort, onSort }: Column & Omit<RunTableProps, 'runs'>) {
  if (!sortKey) return <th>{label}</th>
  const active = sort.key === sortKey
  const Arrow = sort.descending ? ArrowDown : ArrowUp
  return (
    <th
      className={number ? 'number' : undefined}
      aria-sort={active ? (sort.descending ? 'descending' : 'ascending') : 'none'}
    >
      <button
        type="button"
        className="sort-button"
        onClick={() => onSort({ key: sortKey, descending: active ? !sort.descending : sortKey !== 'name' })}
      >
        {label}
        {active && <Arrow size={12} aria-hidden />}
      </button>
    </th>
  )
}

const RunRow = memo(function RunRow({ run }: { run: RunSummary }) {
  const selected = useView((view) => view.selectedRuns.includes(run.id))
  const actions = useRunActions(run)
  return (
    <tr className={selected ? 'run-row-selected' : undefined}>
      <td>
        <input
          type="checkbox"
          aria-label={`Mark ${run.name}`}
          checked={selected}
          onChange={() => toggleSelected(run.id)}
        />
      </td>
      <td className="run-name">
        <Link href={links.run(run.id)} title={run.name}>
          {run.name}
        </Link>
        <span className="run-tags">
          {run.tags.map((tag) => (
            <span key={tag} className="chip">
              {tag}
            </span>
          ))}
        </span>
      </td>
      <td>{run.method}</td>
      <td>
        <StatusBadge status={run.status} />
        <RunNote run={run} />
      </td>
      <td className="run-progress">
        <ProgressBar run={run} />
        <span className="quiet">
          {run.step} / {run.steps}
          {run.etaMs !== null && run.status === 'running' ? ` · ${formatDuration(run.etaMs)} left` : ''}
        </span>
      </td>
      <td className="number">{formatFixed(run.lastReward, 3)}</td>
      <td className="number">{formatPercent(run.lastAccuracy, 1)}</td>
      <td>
        <Sparkline values={run.recentRewards} label={`Last ${run.recentRewards.length} rewards`} />
      </td>
      <td className="quiet run-started">{formatAgo(run.createdAtMs, Date.now())}</td>
      <td className="run-buttons">
        <RunButtons actions={actions} small />
      </td>
    </tr>
  )
})

function RunNote({ run }: { run: RunSummary }) {
  const note = run.message ?? activityOf(run)
  if (note === '') return null
  return (
    <span className="run-note quiet ellipsis" title={note}>
      {note}
    </span>
  )
}
