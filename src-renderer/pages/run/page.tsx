import { useMemo } from 'react'
import { Link } from 'wouter'
import type { RunSummary } from '../../../src-preload/contract/run.ts'
import { usePageActions } from '../../commands/registry.ts'
import { useRun, useRuns } from '../../lib/context.tsx'
import { links, type RunTab } from '../../lib/links.ts'
import { useRunActions } from '../../ui/run-controls.tsx'
import { RunHeader } from '../../ui/run-header.tsx'
import { ConfigTab } from './config-tab.tsx'
import { CurvesTab } from './curves-tab.tsx'
import { EventsTab } from './events-tab.tsx'
import { LogTab } from './log-tab.tsx'
import { TokensTab } from './tokens-tab.tsx'
import './run.css'
import { t } from '../../lib/i18n/translate.ts'

const tabs: Partial<Record<RunTab, (props: { run: RunSummary }) => React.ReactNode>> = {
  curves: CurvesTab,
  tokens: TokensTab,
  events: EventsTab,
  config: ConfigTab,
  log: LogTab,
}

/** One run: its curves, events and checkpoints, config and log. */
export function RunPage({ id, tab }: { id: string; tab: string }) {
  const known = useRuns() !== null
  const run = useRun(id)
  if (run) return <KnownRun run={run} tab={tab} />
  if (!known) return <p className="loading">{t('Loading the run…')}</p>
  return (
    <div className="page">
      <div className="empty" role="status">
        <h1>{t('This run is not here')}</h1>
        <p>{t('There is no run “{id}” in this workspace. It may have been deleted.', { id })}</p>
        <Link className="button button-primary" href={links.runs}>
          {t('See all runs')}
        </Link>
      </div>
    </div>
  )
}

function KnownRun({ run, tab }: { run: RunSummary; tab: string }) {
  const actions = useRunActions(run)
  usePageActions(actions)
  const Tab = useMemo(() => tabs[tab as RunTab] ?? CurvesTab, [tab])
  return (
    <div className="page">
      <RunHeader run={run} actions={actions} tab={tab in tabs ? (tab as RunTab) : 'curves'} />
      <Tab run={run} />
    </div>
  )
}
