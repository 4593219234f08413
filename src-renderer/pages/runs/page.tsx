import { GitCompareArrows, Plus, Search } from 'lucide-react'
import { useMemo, useState } from 'react'
import { Link, useLocation } from 'wouter'
import type { Action } from '../../commands/actions.ts'
import { usePageActions } from '../../commands/registry.ts'
import { useRuns } from '../../lib/context.tsx'
import { plural } from '../../lib/format.ts'
import { links } from '../../lib/links.ts'
import { useView } from '../../lib/view-state.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyWorkspace } from './empty-workspace.tsx'
import { type RunSort, searchRuns, sortRuns } from './run-filter.ts'
import { RunTable } from './run-table.tsx'
import './runs.css'

export function RunsPage() {
  const runs = useRuns()
  if (runs === null)
    return (
      <p className="loading" role="status">
        Loading the runs…
      </p>
    )
  return <div className="page">{runs.length === 0 ? <EmptyWorkspace /> : <RunList />}</div>
}

function RunList() {
  const runs = useRuns() ?? []
  const [, go] = useLocation()
  const [query, setQuery] = useState('')
  const [sort, setSort] = useState<RunSort>({ key: 'created', descending: true })
  const selected = useView((view) => view.selectedRuns)
  const shown = useMemo(() => sortRuns(searchRuns(runs, query), sort), [runs, query, sort])
  const active = runs.filter((run) => run.status === 'running' || run.status === 'queued').length
  const actions = useMemo(() => listActions(selected, go), [selected, go])
  usePageActions(actions)
  const compare = actions[0]!
  return (
    <>
      <div className="page-head">
        <h1>Runs</h1>
        <span className="quiet">
          {plural(runs.length, 'run')}
          {active > 0 ? `, ${active} training` : ''}
        </span>
        <label className="search run-search">
          <Search size={14} aria-hidden />
          <input
            id="run-search"
            className="input"
            type="search"
            placeholder="Search name, method, status, tag"
            aria-label="Search runs"
            value={query}
            onChange={(event) => setQuery(event.target.value)}
          />
        </label>
        <div className="page-head-end">
          <Button
            icon={<GitCompareArrows size={15} aria-hidden />}
            disabled={!compare.enabled}
            title={compare.enabled ? undefined : 'Mark two or more runs first'}
            onClick={compare.run}
          >
            Compare{selected.length > 0 ? ` ${selected.length}` : ''}
          </Button>
          <Link href={links.newRun()} className="button button-primary">
            <Plus size={15} aria-hidden /> New run
          </Link>
        </div>
      </div>
      {shown.length === 0 ? (
        <p className="empty">No run matches “{query}”.</p>
      ) : (
        <RunTable runs={shown} sort={sort} onSort={setSort} />
      )}
    </>
  )
}

/** Actions of the list: compare the marked runs, search. */
function listActions(selected: readonly string[], go: (address: string) => void): Action[] {
  return [
    {
      id: 'runs.compare',
      label: 'Compare the marked runs',
      shortcut: 'c',
      section: 'Runs',
      enabled: selected.length >= 2,
      run: () => go(links.compare(selected)),
    },
    {
      id: 'runs.search',
      label: 'Search runs',
      shortcut: '/',
      section: 'Runs',
      enabled: true,
      run: () => document.getElementById('run-search')?.focus(),
    },
  ]
}
