import { Search } from 'lucide-react'
import { useMemo, useState } from 'react'
import type { RunSummary } from '../../../src-preload/contract/run.ts'
import { LineSwatch } from '../../chart/legend.tsx'
import { chartPalettes, lineColour, lineDash } from '../../chart/palette.ts'
import { formatAgo } from '../../lib/format.ts'
import { t } from '../../lib/i18n/translate.ts'
import { nameEndings } from '../../lib/run-names.ts'
import { useTheme } from '../../lib/view-state.ts'
import { FilterDoubts } from '../../ui/filter-doubts.tsx'
import { useRovingRows } from '../../ui/roving-rows.ts'
import { StatusBadge } from '../../ui/status.tsx'
import { filterHelp, runFilterVocabulary, searchRuns } from '../runs/run-filter.ts'

interface RunPickerProps {
  readonly runs: readonly RunSummary[]
  readonly chosen: readonly RunSummary[]
  /** The place among the lines of the charts, by run; a chosen run that is not shown has none. */
  readonly places: ReadonlyMap<string, number>
  readonly onChange: (ids: readonly string[]) => void
}

/** Which runs are compared: the chosen ones first, with their lines, then all others that fit the search. */
export function RunPicker({ runs, chosen, places, onChange }: RunPickerProps) {
  const palette = chartPalettes[useTheme()]
  const [query, setQuery] = useState('')
  const roving = useRovingRows<HTMLUListElement>('li')
  const ids = useMemo(() => chosen.map((run) => run.id), [chosen])
  const chosenIds = useMemo(() => new Set(ids), [ids])
  const endings = useMemo(() => nameEndings(runs), [runs])
  const shown = [...chosen, ...searchRuns(runs, query).filter((run) => !chosenIds.has(run.id))]
  return (
    <aside className="card run-picker" aria-label={t('Runs to compare')}>
      <h1>{t('Compare')}</h1>
      {runs.length === 0 ? (
        <p className="quiet">{t('There are no runs yet.')}</p>
      ) : (
        <label className="search picker-search" title={t(filterHelp)}>
          <Search size={14} aria-hidden />
          <input
            className="input"
            type="search"
            placeholder={t('Search runs')}
            aria-label={t('Search runs')}
            aria-description={t(filterHelp)}
            value={query}
            onChange={(event) => setQuery(event.target.value)}
          />
        </label>
      )}
      <FilterDoubts filter={query} vocabulary={runFilterVocabulary} onFilter={setQuery} />
      <ul {...roving}>
        {shown.map((run) => {
          const place = places.get(run.id)
          const isChosen = chosenIds.has(run.id)
          return (
            <li key={run.id}>
              <label className="picker-item">
                <input
                  type="checkbox"
                  checked={isChosen}
                  onChange={() => onChange(isChosen ? ids.filter((id) => id !== run.id) : [...ids, run.id])}
                />
                <span className="picker-name ellipsis" title={run.name}>
                  {run.name}
                </span>
                {place !== undefined && <LineSwatch colour={lineColour(palette, place)} dash={lineDash(place)} />}
                <span className="picker-note quiet">
                  <StatusBadge status={run.status} />
                  <span className="ellipsis">
                    {[endings.get(run.id), run.method, formatAgo(run.createdAtMs, Date.now())]
                      .filter(Boolean)
                      .join(', ')}
                  </span>
                </span>
              </label>
            </li>
          )
        })}
      </ul>
    </aside>
  )
}
