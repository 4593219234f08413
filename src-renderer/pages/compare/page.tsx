import { memo, useMemo, useState } from 'react'
import { Link, useLocation } from 'wouter'
import type { RunSummary } from '../../../src-preload/contract/run.ts'
import type { CurveGroup } from '../../chart/compare/curve-sources.ts'
import { singlePanelsFor } from '../../chart/panels.ts'
import { useRuns } from '../../lib/context.tsx'
import { useAddressState } from '../../lib/hash-location.ts'
import { links } from '../../lib/links.ts'
import { distinctNames } from '../../lib/run-names.ts'
import { useSeries } from '../../lib/use-series.ts'
import { Message } from '../../ui/message.tsx'
import { Curves } from './curves.tsx'
import { DifferenceTable } from './difference-table.tsx'
import { EvaluationTable } from './evaluation-table.tsx'
import { MetricTable } from './metric-table.tsx'
import { PairedTables } from './paired-tables.tsx'
import { comparisonParts, PartLinks, partProps } from './parts.tsx'
import { RunPicker } from './run-picker.tsx'
import { SeedTable } from './seed-table.tsx'
import { type ComparedDetails, useComparedDetails } from './use-details.ts'
import { useLinePlaces, useSeedGroups } from './use-seed-groups.ts'
import './compare.css'
import { t } from '../../lib/i18n/translate.ts'

/** More runs than this are compared only when asked for: nobody tells so many lines apart. */
const mostRuns = 40

/** Two or more runs over each other: curves, values at a step against a baseline, evaluations, and where their configs differ. */
export function ComparePage({ ids }: { ids: readonly string[] }) {
  const [, go] = useLocation()
  const runs = useRuns()
  const chosenIds = ids.join()
  const chosen = useMemo(
    () =>
      chosenIds
        .split(',')
        .map((id) => runs?.find((run) => run.id === id))
        .filter((run): run is RunSummary => run !== undefined),
    [chosenIds, runs],
  )
  const [extent, setExtent] = useAddressState('runs', 'first')
  const shown = extent === 'all' ? chosen : chosen.slice(0, mostRuns)
  const compared = useCompared(shown)
  if (!runs) return <p className="loading">{t('Loading the runs…')}</p>
  const missing = ids.filter((id) => !runs.some((run) => run.id === id))
  return (
    <div className="page compare">
      <RunPicker
        {...{ runs, chosen }}
        places={compared.places}
        onChange={(next) => go(links.compare(next), { replace: true })}
      />
      <div className="compare-main">
        {missing.length > 0 && (
          <Message tone="warn">
            {t('These runs are not in this workspace any more: {runs}.', { runs: missing.join(', ') })}
          </Message>
        )}
        {shown.length < chosen.length && (
          <Message tone="info">
            {t('The first {shown} of {count} runs are compared.', { shown: shown.length, count: chosen.length })}{' '}
            <button type="button" className="button button-small" onClick={() => setExtent('all')}>
              {t('Compare all {count}', { count: chosen.length })}
            </button>
          </Message>
        )}
        {chosen.length < 2 ? (
          <div className="empty">
            <h2>{t('Choose two or more runs')}</h2>
            <p>
              {t('Their curves are laid over each other, with the last values and the differences of their configs.')}
            </p>
            {runs.length < 2 && (
              <Link href={links.newRun()} className="button button-primary">
                {t('New run')}
              </Link>
            )}
          </div>
        ) : (
          <Comparison {...compared} />
        )}
      </div>
    </div>
  )
}

interface Compared {
  readonly ids: readonly string[]
  readonly names: readonly string[]
  readonly details: ComparedDetails
  /** Runs that differ in their seed alone, together. */
  readonly groups: readonly CurveGroup[]
  /** The place among the lines of the charts that each run has. */
  readonly places: ReadonlyMap<string, number>
}

/** What the page shows of the runs; each part stays the same object while the runs merely go on. */
function useCompared(runs: readonly RunSummary[]): Compared {
  const idText = runs.map((run) => run.id).join()
  const nameText = distinctNames(runs).join('\n')
  const ids = useMemo(() => idText.split(',').filter(Boolean), [idText])
  const names = useMemo(() => nameText.split('\n'), [nameText])
  const details = useComparedDetails(ids)
  const groups = useSeedGroups(ids, names, details.configs)
  return { ids, names, details, groups, places: useLinePlaces(ids, groups) }
}

/** Drawn anew only when the runs or what was read of them change; their progress is none of its business. */
const Comparison = memo(function Comparison({ ids, names, details, groups }: Compared) {
  const recorded = useRecordedMetrics(ids)
  const metrics = useMemo(() => recorded.split('\n').filter(Boolean), [recorded])
  const curves = useMemo(() => singlePanelsFor(metrics).map(({ id }) => id), [metrics])
  const [baselineId, setBaselineId] = useState(ids[0]!)
  const baseline = Math.max(0, ids.indexOf(baselineId))
  return (
    <>
      <div className="compare-controls">
        <label>
          {t('Baseline')}{' '}
          <select className="select" value={ids[baseline]} onChange={({ target }) => setBaselineId(target.value)}>
            {ids.map((id, index) => (
              <option key={id} value={id}>
                {names[index]}
              </option>
            ))}
          </select>
        </label>
        <PartLinks />
      </div>
      <div className={ids.length > 2 ? 'compare-tables compare-tables-wide' : 'compare-tables'}>
        <section {...partProps('metrics')} aria-label={t('Metrics')}>
          <h2>{t(comparisonParts.metrics)}</h2>
          <MetricTable {...{ ids, names, baseline }} metrics={curves} />
        </section>
        <section {...partProps('config')} aria-label={t('Config differences')}>
          <h2>{t(comparisonParts.config)}</h2>
          <DifferenceTable {...{ names, details }} />
        </section>
      </div>
      <SeedTable {...{ ids, groups }} />
      <section {...partProps('evaluations')} aria-label={t('Evaluations')}>
        <h2>{t(comparisonParts.evaluations)}</h2>
        <EvaluationTable {...{ names, details }} />
      </section>
      <section {...partProps('prompts')} aria-label={t('Same prompts')}>
        <h2>{t(comparisonParts.prompts)}</h2>
        <PairedTables {...{ ids, names, baseline }} />
      </section>
      <Curves {...{ ids, names, groups, metrics, baseline }} />
    </>
  )
})

/** Names of all metrics that any of the runs recorded, joined. */
function useRecordedMetrics(ids: readonly string[]): string {
  return useSeries(ids, (live) => [...new Set(ids.flatMap((id) => [...live.columnsOf(id).names]))].join('\n'))
}
