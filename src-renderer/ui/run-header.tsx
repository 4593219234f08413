import { NotebookPen } from 'lucide-react'
import { useMemo, useState } from 'react'
import { Link } from 'wouter'
import type { RunSummary } from '../../src-preload/contract/run.ts'
import type { Action } from '../commands/actions.ts'
import { usePageActions } from '../commands/registry.ts'
import { formatDuration, formatFixed, formatPercent } from '../lib/format.ts'
import { navigate } from '../lib/hash-location.ts'
import { links, type RunTab, runTabs } from '../lib/links.ts'
import { activityOf } from '../lib/run-status.ts'
import { Button } from './button.tsx'
import { Message } from './message.tsx'
import { RunAlarms } from './run-alarms.tsx'
import { RunButtons } from './run-controls.tsx'
import { RunNotesDialog } from './run-notes-dialog.tsx'
import { ProgressBar, StatusBadge } from './status.tsx'
import './run-header.css'
import { serviceText } from '../lib/i18n/service-text.ts'
import { msg, t } from '../lib/i18n/translate.ts'

const tabLabels: Readonly<Record<RunTab, string>> = {
  curves: msg('Curves'),
  rollouts: msg('Rollouts'),
  tokens: msg('Tokens'),
  events: msg('Events and checkpoints'),
  config: msg('Config'),
  log: msg('Log'),
}

/** The views of a run by their number. */
function tabActions(runId: string): Action[] {
  return runTabs.map((tab, index) => ({
    id: `tab.${tab}`,
    label: t(tabLabels[tab]),
    shortcut: String(index + 1),
    section: t('Views of the run'),
    enabled: true,
    run: () => navigate(links.run(runId, tab)),
  }))
}

/** Name, state and progress of a run, what can be done with it, and its tabs. */
export function RunHeader({ run, actions, tab }: { run: RunSummary; actions: readonly Action[]; tab: RunTab }) {
  const [editing, setEditing] = useState(false)
  usePageActions(
    useMemo(
      () => [
        ...tabActions(run.id),
        {
          id: 'run.notes',
          label: t('Name, tags and notes'),
          shortcut: 'n',
          section: t('Runs'),
          enabled: true,
          run: () => setEditing(true),
        },
      ],
      [run.id],
    ),
  )
  return (
    <header className="run-header">
      <div className="page-head run-head">
        <h1 className="ellipsis" title={run.name}>
          {run.name}
        </h1>
        <StatusBadge status={run.status} />
        <span className="quiet run-activity">{activityOf(run)}</span>
        <span className="run-tags">
          {run.tags.map((tag) => (
            <span key={tag} className="chip">
              {tag}
            </span>
          ))}
        </span>
        <div className="page-head-end">
          <Button icon={<NotebookPen size={15} aria-hidden />} onClick={() => setEditing(true)}>
            {t('Notes')}
          </Button>
          <RunButtons actions={actions} />
        </div>
      </div>
      <RunFacts run={run} />
      {run.notes !== '' && <p className="run-notes">{run.notes}</p>}
      {editing && <RunNotesDialog run={run} onClose={() => setEditing(false)} />}
      {run.message && <Message tone={run.status === 'failed' ? 'bad' : 'warn'}>{serviceText(run.message)}</Message>}
      <RunAlarms run={run} />
      <nav className="tabs" aria-label={t('Views of the run')}>
        {runTabs.map((one) => (
          <Link key={one} href={links.run(run.id, one)} className="tab" aria-current={one === tab ? 'page' : undefined}>
            {t(tabLabels[one])}
          </Link>
        ))}
      </nav>
    </header>
  )
}

function RunFacts({ run }: { run: RunSummary }) {
  const running = run.status === 'running'
  const facts: readonly (readonly [string, string])[] = [
    [t('Step'), `${run.step} / ${run.steps}`],
    [running ? t('Time left') : t('Trained for'), formatDuration(running ? run.etaMs : run.elapsedMs)],
    [t('Reward'), formatFixed(run.lastReward, 3)],
    [t('Accuracy'), formatPercent(run.lastAccuracy, 1)],
    [t('Method'), run.method],
    [t('Model'), run.model],
  ]
  return (
    <div className="card run-facts">
      <ProgressBar run={run} />
      <dl>
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd className="ellipsis" title={value}>
              {value}
            </dd>
          </div>
        ))}
      </dl>
    </div>
  )
}
