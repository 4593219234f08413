import { useMemo } from 'react'
import { ChartPanel } from '../../chart/chart-panel.tsx'
import { ChartToolbar } from '../../chart/chart-toolbar.tsx'
import { type CurveChoice, curveSources } from '../../chart/compare/curve-sources.ts'
import { DerivedSeries } from '../../chart/compare/derived-series.ts'
import type { BandKind } from '../../chart/compare/seed-statistics.ts'
import { chartPalettes } from '../../chart/palette.ts'
import type { PanelSpec } from '../../chart/panels.ts'
import { useServices } from '../../lib/context.tsx'
import { useAddressState } from '../../lib/hash-location.ts'
import { t } from '../../lib/i18n/translate.ts'
import { useTheme } from '../../lib/view-state.ts'
import { ReportButton } from './report-button.tsx'
import { useSeedChoice, useSeedGroups } from './use-seed-groups.ts'

interface CurvesProps {
  readonly ids: readonly string[]
  readonly names: readonly string[]
  readonly panels: readonly PanelSpec[]
  /** Place of the run that the others are held against. */
  readonly baseline: number
}

/** The curves of the runs over each other: seeds as mean and band or one by one, as values or as differences to the baseline. */
export function Curves({ ids, names, panels, baseline }: CurvesProps) {
  const { live } = useServices()
  const series = useMemo(() => new DerivedSeries(live), [live])
  const [seeds, setSeeds] = useSeedChoice()
  const [shows, setShows] = useAddressState('curves', 'values')
  const [band, setBand] = useAddressState('band', 'range')
  const groups = useSeedGroups(ids, names)
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
  return (
    <section aria-label={t('Curves')}>
      <div className="compare-head">
        <h2>{t('Curves')}</h2>
        <label>
          <input
            type="checkbox"
            checked={choice.difference}
            onChange={({ target }) => setShows(target.checked ? 'difference' : 'values')}
          />{' '}
          {t('Difference to the baseline')}
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
          <ReportButton {...{ ids, baseline }} grouped={seeds === 'grouped'} band={choice.band} />
        </ChartToolbar>
      </div>
      <div className="chart-grid">
        {panels.map((panel) => (
          <OverlayPanel key={panel.id} panel={panel} choice={choice} series={series} />
        ))}
      </div>
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
