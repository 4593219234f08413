import { t } from '../lib/i18n/translate.ts'
import { isSmoothed, type LineSource } from './panel-controller.ts'

/** Colour and dash of a line, as it is drawn. */
export function LineSwatch({ colour, dash }: { colour: string; dash: readonly number[] }) {
  return (
    <svg width="17" height="8" aria-hidden className="line-swatch">
      <line x1="1" y1="4" x2="16" y2="4" stroke={colour} strokeWidth="2" strokeDasharray={dash.join(' ')} />
    </svg>
  )
}

interface ChartLegendProps {
  readonly sources: readonly LineSource[]
  readonly hidden: ReadonlySet<string>
  readonly smoothing: number
  readonly onToggle: (label: string) => void
  /** Filled with the elements that show the values; they are written to without React. */
  readonly values: { readonly current: (HTMLElement | null)[] }
}

/** The lines with their values at the hovered step, or the last ones; a click hides a line. */
export function ChartLegend({ sources, hidden, smoothing, onToggle, values }: ChartLegendProps) {
  return (
    <ul className="chart-legend">
      {sources.map((source, index) =>
        source.edge ? null : (
          <li key={`${source.runId} ${source.metric}`} className="legend-item">
            <button
              type="button"
              className="legend-button"
              aria-pressed={!hidden.has(source.label)}
              title={
                hidden.has(source.label)
                  ? t('Show {line}', { line: source.label })
                  : t('Hide {line}', { line: source.label })
              }
              disabled={sources.length === 1}
              onClick={() => onToggle(source.label)}
            >
              <LineSwatch colour={source.colour} dash={source.dash} />
              <span className="ellipsis">{source.label}</span>
            </button>
            <span
              className="legend-value"
              title={isSmoothed(source, smoothing) ? t('As recorded; the bold line is smoothed') : undefined}
              ref={(element) => {
                values.current[index] = element
              }}
            />
          </li>
        ),
      )}
    </ul>
  )
}
