import { formatInUnit } from '../lib/format.ts'
import { t } from '../lib/i18n/translate.ts'
import { DataTable } from '../ui/data-table.tsx'
import { axes } from './axis.ts'
import { useChartView } from './chart-view.ts'
import type { ChartLine } from './line-chart.ts'
import type { LineSource } from './panel-controller.ts'
import { chartRows } from './summary.ts'

interface ChartTableProps {
  readonly lines: readonly ChartLine[]
  readonly title: string
  readonly unit: string
  readonly sources: readonly LineSource[]
}

/** The values of a chart, newest first; of a zoom those in sight. */
export function ChartTable({ lines, title, unit, sources }: ChartTableProps) {
  const { axis, range } = useChartView()
  const rows = chartRows(lines, range).toReversed()
  const place = axes[axis]
  return (
    <DataTable
      label={t('{title}, newest first', { title })}
      columns={[
        { label: axis === 'step' ? t('Step') : t(place.label), number: true },
        ...sources.map(({ label }) => ({ label, number: true })),
      ]}
      rowCount={rows.length}
      cell={(row, column) =>
        column === 0 ? place.format(rows[row]!.x) : formatInUnit(rows[row]!.values[column - 1] ?? null, unit)
      }
      className="chart-table"
    />
  )
}

/** Which part of the axis the table is of, beside its title. */
export function TablePart() {
  const { axis, range } = useChartView()
  if (!range) return null
  const [from, to] = range.map(axes[axis].format) as [string, string]
  return (
    <span className="quiet" title={t('The table has what the zoom shows')}>
      {axis === 'step' ? t('steps {from} to {to}', { from, to }) : t('{low} to {high}', { low: from, high: to })}
    </span>
  )
}
