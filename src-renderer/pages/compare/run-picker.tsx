import type { RunSummary } from '../../../src-preload/contract/run.ts'
import { LineSwatch } from '../../chart/legend.tsx'
import { chartPalettes, lineColour, lineDash } from '../../chart/palette.ts'
import { formatAgo } from '../../lib/format.ts'
import { t } from '../../lib/i18n/translate.ts'
import { useTheme } from '../../lib/view-state.ts'
import { StatusBadge } from '../../ui/status.tsx'

interface RunPickerProps {
  readonly runs: readonly RunSummary[]
  readonly chosen: readonly RunSummary[]
  readonly onChange: (ids: readonly string[]) => void
}

/** Which runs are compared; a chosen one shows its line. */
export function RunPicker({ runs, chosen, onChange }: RunPickerProps) {
  const palette = chartPalettes[useTheme()]
  const ids = chosen.map((run) => run.id)
  return (
    <aside className="card run-picker" aria-label={t('Runs to compare')}>
      <h1>{t('Compare')}</h1>
      {runs.length === 0 && <p className="quiet">{t('There are no runs yet.')}</p>}
      <ul>
        {runs.map((run) => {
          const index = ids.indexOf(run.id)
          return (
            <li key={run.id}>
              <label className="picker-item">
                <input
                  type="checkbox"
                  checked={index >= 0}
                  onChange={() => onChange(index >= 0 ? ids.filter((id) => id !== run.id) : [...ids, run.id])}
                />
                <span className="picker-name ellipsis" title={run.name}>
                  {run.name}
                </span>
                {index >= 0 && <LineSwatch colour={lineColour(palette, index)} dash={lineDash(index)} />}
                <span className="picker-note quiet">
                  <StatusBadge status={run.status} /> {run.method}, {formatAgo(run.createdAtMs, Date.now())}
                </span>
              </label>
            </li>
          )
        })}
      </ul>
    </aside>
  )
}
