import { Fragment, memo, type ReactNode, useRef } from 'react'
import { useAddressState } from '../lib/hash-location.ts'
import { t } from '../lib/i18n/translate.ts'
import { useNearSight } from '../lib/near-sight.ts'
import { curveSearchId } from './chart-actions.ts'
import { toggled, useChartView } from './chart-view.ts'
import { fillsRowsOfThree, type PanelSection, type PanelSpec } from './panels.ts'
import './chart.css'

/** What curves are looked for; the address keeps it. */
export const useCurveSearch = () => useAddressState('find')

/** The field that finds curves. */
export function CurveSearch() {
  const [search, setSearch] = useCurveSearch()
  return (
    <input
      id={curveSearchId}
      className="input panel-search"
      type="search"
      placeholder={t('Find a curve')}
      aria-label={t('Find a curve')}
      value={search}
      onChange={(event) => setSearch(event.target.value)}
    />
  )
}

interface PanelSectionsProps {
  readonly sections: readonly PanelSection[]
  /** Draws a panel. Memoise it: a new function draws every panel anew. */
  readonly chartOf: (panel: PanelSpec) => ReactNode
  /** Makes the first section at once: it is in sight when the page opens. */
  readonly eager?: boolean
  /** Shown after the first section. */
  readonly afterFirst?: ReactNode
}

/** Curves by theme in sections that fold; a search opens those it leads to. */
export function PanelSections({ sections, chartOf, eager = false, afterFirst }: PanelSectionsProps) {
  const [search] = useCurveSearch()
  return (
    <>
      {sections.length === 0 && <p className="empty">{t('No curve is called “{search}”.', { search })}</p>}
      {sections.map((section, index) => (
        <Fragment key={section.title}>
          <Section {...{ section, chartOf }} open={search !== ''} eager={eager && index === 0} />
          {index === 0 && afterFirst}
        </Fragment>
      ))}
    </>
  )
}

interface SectionProps extends Pick<PanelSectionsProps, 'chartOf'> {
  readonly section: PanelSection
  /** Shown even when folded: a search led here. */
  readonly open: boolean
  /** Its panels are made at once. */
  readonly eager: boolean
}

const Section = memo(function Section({ section: { title, panels }, chartOf, open, eager }: SectionProps) {
  const folded = useChartView((view) => view.folded.includes(title))
  return (
    <details
      className="panel-section"
      open={open || !folded}
      onToggle={(event) => {
        const closed = !event.currentTarget.open
        if (!open && closed !== folded) useChartView.setState((view) => ({ folded: toggled(view.folded, title) }))
      }}
    >
      <summary>
        <h2>{t(title)}</h2> <span className="quiet">{panels.length}</span>
      </summary>
      {(open || !folded) && (
        <div className={fillsRowsOfThree(panels.length) ? 'chart-grid chart-grid-thirds' : 'chart-grid'}>
          {panels.map((panel) => (
            <NearPanel key={panel.id} {...{ panel, chartOf, eager }} />
          ))}
        </div>
      )}
    </details>
  )
})

interface NearPanelProps extends Pick<SectionProps, 'chartOf' | 'eager'> {
  readonly panel: PanelSpec
}

/** A panel that is made when it comes near the sight: a run may have a hundred, and a window shows nine. */
const NearPanel = memo(function NearPanel({ panel, chartOf, eager }: NearPanelProps) {
  const place = useRef<HTMLDivElement>(null)
  return useNearSight(place, eager) ? chartOf(panel) : <div ref={place} className="chart-place" />
})
