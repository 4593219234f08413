import { useCallback, useMemo } from 'react'
import { chartActions, chartExtent } from '../../chart/chart-actions.ts'
import { ChartPanel } from '../../chart/chart-panel.tsx'
import { ChartToolbar } from '../../chart/chart-toolbar.tsx'
import { type CurveChoice, type CurveGroup, curveSources } from '../../chart/compare/curve-sources.ts'
import { DerivedSeries } from '../../chart/compare/derived-series.ts'
import type { BandKind } from '../../chart/compare/seed-statistics.ts'
import { chartPalettes } from '../../chart/palette.ts'
import { CurveSearch, PanelSections, useCurveSearch } from '../../chart/panel-sections.tsx'
import { type PanelSpec, singlePanelSections } from '../../chart/panels.ts'
import { usePageActions } from '../../commands/registry.ts'
import { useServices } from '../../lib/context.tsx'
import { useAddressState } from '../../lib/hash-location.ts'
import { t } from '../../lib/i18n/translate.ts'
import { useTheme } from '../../lib/view-state.ts'
import { comparisonParts, partProps } from './parts.tsx'
import { ReportButton } from './report-button.tsx'
import { useSeedChoice } from './use-seed-groups.ts'

interface CurvesProps {
  readonly ids: readonly string[]
  readonly names: readonly string[]
  /** Runs that differ in their seed alone, together. */
  readonly groups: readonly CurveGroup[]
  /** Names of all metrics that any of the runs recorded. */
  readonly metrics: readonly string[]
  /** Place of the run that the others are held against. */
  readonly baseline: number
}

/** The curves of the runs over each other: seeds as mean and band or one by one, as values or as differences to the baseline. */
export function Curves({ ids, names, groups, metrics, baseline }: CurvesProps) {
  const { live } = useServices()
  const series = useMemo(() => new DerivedSeries(live), [live])
  const [seeds, setSeeds] = useSeedChoice()
  const [shows, setShows] = useAddressState('curves', 'values')
  const [band, setBand] = useAddressState('band', 'range')
  const [search] = useCurveSearch()
  const sections = useMemo(() => singlePanelSections(metrics, search), [metrics, search])
  const hasSeeds = groups.length < ids.length
  const choice = useMemo<CurveChoice>(() => {
    const single = ids.map((id, index) => ({ name: names[index]!, ids: [id] }))
    const chosen = seeds === 'grouped' ? groups : single
    return {
      groups: chosen,
      baseline: Math.max(
        0,
        chosen.findIndex((group) => group.ids.includes(ids[baseline]!)),
      ),
      difference: shows === 'difference',
      band: band as BandKind,
    }
  }, [ids, names, groups, baseline, seeds, shows, band])
  const chartOf = useCallback((panel: PanelSpec) => <OverlayPanel {...{ panel, choice, series }} />, [choice, series])
  usePageActions(
    useMemo(
      () => chartActions(() => [0, Math.max(...ids.map((id) => chartExtent(live.columnsOf(id))[1]))]),
      [live, ids],
    ),
  )
  return (
    <section {...partProps('curves')} aria-label={t('Curves')}>
      <div className="compare-head">
        <h2>{t(comparisonParts.curves)}</h2>
        <label>
          <input
            type="checkbox"
            checked={choice.difference}
            onChange={({ target }) => setShows(target.checked ? 'difference' : 'values')}
          />{' '}
          {t('Difference to the baseline')} <span className="quiet">{choice.groups[choice.baseline]?.name}</span>
        </label>
        {hasSeeds && (
          <label>
            {t('Seeds')}{' '}
            <select
              className="select"
              value={seeds === 'grouped' ? band : 'single'}
              onChange={({ target: { value } }) => {
                setSeeds(value === 'single' ? value : 'grouped')
                setBand(value === 'single' ? 'range' : value)
              }}
            >
              <option value="range">{t('mean, least to greatest')}</option>
              <option value="stderr">{t('mean and one standard error')}</option>
              <option value="single">{t('one by one')}</option>
            </select>
          </label>
        )}
        <ChartToolbar>
          <CurveSearch />
          <ReportButton
            {...{ ids, baseline }}
            grouped={seeds === 'grouped'}
            difference={choice.difference}
            band={choice.band}
          />
        </ChartToolbar>
      </div>
      {metrics.length > 0 && <PanelSections {...{ sections, chartOf }} />}
    </section>
  )
}

function OverlayPanel({ panel, choice, series }: { panel: PanelSpec; choice: CurveChoice; series: DerivedSeries }) {
  const palette = chartPalettes[useTheme()]
  const sources = useMemo(() => curveSources(choice, panel.id, palette), [choice, panel.id, palette])
  return (
    <ChartPanel
      title={t(panel.title)}
      unit={panel.unit}
      sources={sources}
      series={series}
      {...(panel.suggestedRange && !choice.difference ? { suggestedRange: panel.suggestedRange } : {})}
    />
  )
}
