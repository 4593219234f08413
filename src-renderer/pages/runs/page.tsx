import { GitCompareArrows, Plus, Search } from 'lucide-react'
import { useMemo } from 'react'
import { Link, useLocation } from 'wouter'
import type { RunSummary } from '../../../src-preload/contract/run.ts'
import { usePageActions } from '../../commands/registry.ts'
import { useRuns, useServices } from '../../lib/context.tsx'
import { downloadFile } from '../../lib/download.ts'
import { errorSentence } from '../../lib/format.ts'
import { useAddressState } from '../../lib/hash-location.ts'
import { links } from '../../lib/links.ts'
import { notify, useView } from '../../lib/view-state.ts'
import { Button } from '../../ui/button.tsx'
import { changeRuns } from '../../ui/change-runs.ts'
import { offerUndo } from '../../ui/run-controls.tsx'
import { EmptyWorkspace } from './empty-workspace.tsx'
import { ExportProgress } from './export-progress.tsx'
import { listActions } from './list-actions.ts'
import { QueueCard } from './queue-card.tsx'
import { filterHelp, runFilterVocabulary, runsCsv, searchRuns, sortRuns, tableLines } from './run-filter.ts'
import { RunTable } from './run-table.tsx'
import { SelectionBar } from './selection-bar.tsx'
import { TableControls } from './table-controls.tsx'
import { useTableSettings } from './table-settings.ts'
import './runs.css'
import { t, tn } from '../../lib/i18n/translate.ts'
import { FilterDoubts } from '../../ui/filter-doubts.tsx'

export function RunsPage() {
  const runs = useRuns()
  if (runs === null)
    return (
      <p className="loading" role="status">
        {t('Loading the runs…')}
      </p>
    )
  return <div className="page">{runs.length === 0 ? <EmptyWorkspace /> : <RunList runs={runs} />}</div>
}

function RunList({ runs }: { runs: readonly RunSummary[] }) {
  const [query, setQuery] = useAddressState('q')
  const { sort, grouping } = useTableSettings()
  const { marked, actions, addTags } = useListActions(runs)
  usePageActions(actions)
  const shown = useMemo(() => sortRuns(searchRuns(runs, query), sort), [runs, query, sort])
  const lines = useMemo(() => tableLines(shown, grouping), [shown, grouping])
  const active = runs.filter((run) => run.status === 'running' || run.status === 'starting').length
  const compare = actions[0]!
  return (
    <>
      <div className="page-head">
        <h1>{t('Runs')}</h1>
        <span className="quiet">
          {query === ''
            ? tn(runs.length, '{count} run', '{count} runs')
            : tn(runs.length, '{shown} of {count} run', '{shown} of {count} runs', { shown: shown.length })}
          {active > 0 ? t(', {count} training', { count: active }) : ''}
        </span>
        <label className="search run-search" title={t(filterHelp)}>
          <Search size={14} aria-hidden />
          <input
            id="run-search"
            className="input"
            type="search"
            placeholder={t('Words, method:archer, reward>0.6, tag:…')}
            aria-label={t('Search runs')}
            aria-description={t(filterHelp)}
            value={query}
            onChange={(event) => setQuery(event.target.value)}
          />
        </label>
        <TableControls />
        <div className="page-head-end">
          <Button
            icon={<GitCompareArrows size={15} aria-hidden />}
            disabled={!compare.enabled}
            title={compare.enabled ? undefined : t('Mark two or more runs first')}
            onClick={() => void compare.run()}
          >
            {t('Compare')}
            {marked.length > 0 ? ` ${marked.length}` : ''}
          </Button>
          <Link href={links.newRun()} className="button button-primary">
            <Plus size={15} aria-hidden /> {t('New run')}
          </Link>
        </div>
      </div>
      <FilterDoubts filter={query} vocabulary={runFilterVocabulary} onFilter={setQuery} />
      <ExportProgress />
      <QueueCard runs={runs} />
      {marked.length > 0 && <SelectionBar count={marked.length} actions={actions} onTags={addTags} />}
      {shown.length === 0 ? (
        <div className="empty">
          <p>{t('No run matches “{query}”.', { query })}</p>
          <Button onClick={() => setQuery('')}>{t('Clear the search')}</Button>
        </div>
      ) : (
        <RunTable lines={lines} />
      )}
    </>
  )
}

/** The marked runs with what can be done with them. */
function useListActions(runs: readonly RunSummary[]) {
  const { client, queries } = useServices()
  const [, go] = useLocation()
  const selected = useView((view) => view.selectedRuns)
  const states = runs
    .filter((run) => selected.includes(run.id))
    .map((run) => `${run.status} ${run.queuePlace} ${run.tags}`)
    .join()
  // biome-ignore lint/correctness/useExhaustiveDependencies: progress of a run is no reason to offer its actions anew.
  return useMemo(() => {
    const byId = new Map(runs.map((run) => [run.id, run]))
    const marked = selected.flatMap((id) => byId.get(id) ?? [])
    const failed = (error: unknown): void => notify('error', errorSentence(error))
    const actions = listActions({
      client,
      marked,
      go,
      save: (saved) => downloadFile('runs.csv', runsCsv(saved), 'text/csv'),
      exportFiles: async (wanted) => {
        await client.call('exports.start', { ids: wanted.map((run) => run.id) }).catch(failed)
        await queries.invalidateQueries({ queryKey: ['exports.list'] })
      },
      deleted: (gone) => offerUndo(client, gone),
      failed,
      unmark: () => useView.setState({ selectedRuns: [] }),
      search: () => document.getElementById('run-search')?.focus(),
    })
    const addTags = (tags: readonly string[]): void => {
      const changes = marked.map((run) => ({ run, changes: { tags: [...new Set([...run.tags, ...tags])] } }))
      const tag = tags.join(', ')
      const sentence = tn(marked.length, '“{tag}” is on {count} run.', '“{tag}” is on {count} runs.', { tag })
      void changeRuns(client, changes, sentence)
    }
    return { marked, actions, addTags }
  }, [selected, states, client, queries, go])
}
