import { memo, useMemo, useState } from 'react'
import { Link, useLocation } from 'wouter'
import type { RunSummary } from '../../../src-preload/contract/run.ts'
import { singlePanelsFor } from '../../chart/panels.ts'
import '../../chart/chart.css'
import { distinctNames } from '../../chart/compare/run-names.ts'
import { useRuns } from '../../lib/context.tsx'
import { links } from '../../lib/links.ts'
import { useSeries } from '../../lib/use-series.ts'
import { Message } from '../../ui/message.tsx'
import { Curves } from './curves.tsx'
import { DifferenceTable } from './difference-table.tsx'
import { EvaluationTable } from './evaluation-table.tsx'
import { MetricTable } from './metric-table.tsx'
import { PairedTable } from './paired-table.tsx'
import { RunPicker } from './run-picker.tsx'
import { SeedTable } from './seed-table.tsx'
import './compare.css'
import { t } from '../../lib/i18n/translate.ts'

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
  if (!runs) return <p className="loading">{t('Loading the runs…')}</p>
  const missing = ids.filter((id) => !runs.some((run) => run.id === id))
  return (
    <div className="page compare">
      <RunPicker runs={runs} chosen={chosen} onChange={(next) => go(links.compare(next), { replace: true })} />
      <div className="compare-main">
        {missing.length > 0 && (
          <Message tone="warn">
            {t('These runs are not in this workspace any more: {runs}.', { runs: missing.join(', ') })}
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
          <Comparison ids={chosen.map((run) => run.id).join()} names={distinctNames(chosen).join('\n')} />
        )}
      </div>
    </div>
  )
}

/** Takes ids and names as texts, so that progress of a run does not draw everything anew. */
const Comparison = memo(function Comparison({ ids, names }: { ids: string; names: string }) {
  const runIds = useMemo(() => ids.split(','), [ids])
  const runNames = useMemo(() => names.split('\n'), [names])
  const recorded = useRecordedMetrics(runIds)
  const panels = useMemo(() => singlePanelsFor(recorded.split('\n').filter(Boolean)), [recorded])
  const [baselineId, setBaselineId] = useState(runIds[0]!)
  const baseline = Math.max(0, runIds.indexOf(baselineId))
  return (
    <>
      <label className="compare-controls">
        {t('Baseline')}{' '}
        <select className="select" value={runIds[baseline]} onChange={({ target }) => setBaselineId(target.value)}>
          {runIds.map((id, index) => (
            <option key={id} value={id}>
              {runNames[index]}
            </option>
          ))}
        </select>
      </label>
      <div className={runIds.length > 2 ? 'compare-tables compare-tables-wide' : 'compare-tables'}>
        <section aria-label={t('Metrics')}>
          <h2>{t('Metrics')}</h2>
          <MetricTable ids={runIds} names={runNames} metrics={panels.map((panel) => panel.id)} baseline={baseline} />
        </section>
        <section aria-label={t('Config differences')}>
          <h2>{t('Config differences')}</h2>
          <DifferenceTable ids={runIds} names={runNames} />
        </section>
      </div>
      <SeedTable ids={runIds} names={runNames} />
      <section aria-label={t('Evaluations')}>
        <h2>{t('Held-out evaluations')}</h2>
        <EvaluationTable ids={runIds} names={runNames} />
      </section>
      <section aria-label={t('Same prompts')}>
        <h2>{t('Same prompts')}</h2>
        {runIds.map(
          (id, index) =>
            index !== baseline && (
              <PairedTable
                key={id}
                left={runIds[baseline]!}
                right={id}
                names={[runNames[baseline]!, runNames[index]!]}
              />
            ),
        )}
      </section>
      <Curves ids={runIds} names={runNames} panels={panels} baseline={baseline} />
    </>
  )
})

/** Names of all metrics that any of the runs recorded, joined. */
function useRecordedMetrics(ids: readonly string[]): string {
  return useSeries(ids, (live) => [...new Set(ids.flatMap((id) => [...live.columnsOf(id).names]))].join('\n'))
}
