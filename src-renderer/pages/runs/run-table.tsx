import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown, ArrowUp, Pin } from 'lucide-react'
import { type ComponentProps, memo, useRef } from 'react'
import { Link } from 'wouter'
import type { RunSummary } from '../../../src-preload/contract/run.ts'
import { formatPercent } from '../../lib/format.ts'
import { t, tn } from '../../lib/i18n/translate.ts'
import { links } from '../../lib/links.ts'
import { nameEndings } from '../../lib/run-names.ts'
import { toggleSelected, useView } from '../../lib/view-state.ts'
import { useRovingRows } from '../../ui/roving-rows.ts'
import { RunButtons, useRunActions } from '../../ui/run-controls.tsx'
import { type ColumnId, runColumns } from './columns.tsx'
import type { RunSort, SortKey, TableLine } from './run-filter.ts'
import { selectRange } from './selection.ts'
import { useTableSettings } from './table-settings.ts'
import { useColumnDrag } from './use-column-drag.ts'

const runHeightPx = 48
const groupHeightPx = 34
/** Of the columns that are always there, pixels. */
const fixedWidths = { mark: 40, name: 196, buttons: 158 } as const

/** The runs, only those in sight in the document; the page scrolls. */
export function RunTable({ lines }: { lines: readonly TableLine[] }) {
  const { columns, sort } = useTableSettings()
  const dragProps = useColumnDrag()
  const box = useRef<HTMLDivElement>(null)
  const roving = useRovingRows<HTMLTableSectionElement>('tr')
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current?.closest<HTMLElement>('.page-scroll') ?? null,
    estimateSize: (index) => (lines[index]!.kind === 'run' ? runHeightPx : groupHeightPx),
    scrollMargin: box.current?.offsetTop ?? 0,
    overscan: 10,
  })
  const items = virtual.getVirtualItems()
  const margin = virtual.options.scrollMargin
  const above = (items[0]?.start ?? margin) - margin
  const below = virtual.getTotalSize() - ((items.at(-1)?.end ?? margin) - margin)
  const shown = lines.flatMap((line) => (line.kind === 'run' ? [line.run] : []))
  const endings = nameEndings(shown)
  const { mark, name, buttons } = fixedWidths
  const widths = [mark, name, ...columns.map((id) => runColumns[id].width), buttons]
  const minWidth = widths.reduce((sum, width) => sum + width, 0)
  return (
    <div ref={box} className="card run-table-box">
      <table className="table run-table" aria-rowcount={lines.length + 1} style={{ minWidth }}>
        {/* What the cells hold does not move the columns: rows come and change while one reads. */}
        <colgroup>
          {widths.map((width, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a column of the table is its place.
            <col key={index} style={{ width }} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            <th>
              <MarkAll runs={shown} />
            </th>
            <HeadCell label={t('Run')} sortKey="name" sort={sort} />
            {columns.map((id) => (
              <HeadCell key={id} {...runColumns[id]} label={t(runColumns[id].label)} sort={sort} drag={dragProps(id)} />
            ))}
            <th>
              <span className="visually-hidden">{t('Actions')}</span>
            </th>
          </tr>
        </thead>
        <tbody {...roving}>
          {above > 0 && <tr aria-hidden style={{ height: above }} />}
          {items.map((item) => {
            const line = lines[item.index]!
            return line.kind === 'run' ? (
              <RunRow
                key={line.run.id}
                run={line.run}
                ending={endings.get(line.run.id)}
                {...{ columns, shown }}
                row={item.index + 2}
              />
            ) : (
              <GroupRow key={`group ${line.name}`} line={line} columns={columns.length} row={item.index + 2} />
            )
          })}
          {below > 0 && <tr aria-hidden style={{ height: below }} />}
        </tbody>
      </table>
    </div>
  )
}

/** Marks every shown run, or none. */
function MarkAll({ runs }: { runs: readonly RunSummary[] }) {
  const selected = useView((view) => view.selectedRuns)
  const all = runs.length > 0 && runs.every((run) => selected.includes(run.id))
  return (
    <input
      type="checkbox"
      aria-label={t('Mark all shown runs')}
      checked={all}
      ref={(element) => {
        if (element) element.indeterminate = !all && selected.length > 0
      }}
      onChange={() => useView.setState({ selectedRuns: all ? [] : runs.map((run) => run.id) })}
    />
  )
}

interface HeadCellProps {
  readonly label: string
  readonly sortKey?: SortKey
  readonly number?: boolean
  readonly sort: RunSort
  readonly drag?: ComponentProps<'th'>
}

function HeadCell({ label, sortKey, number, sort, drag }: HeadCellProps) {
  if (!sortKey) return <th {...drag}>{label}</th>
  const active = sort.key === sortKey
  const Arrow = sort.descending ? ArrowDown : ArrowUp
  const next = { key: sortKey, descending: active ? !sort.descending : sortKey !== 'name' }
  return (
    <th
      {...drag}
      className={number ? 'number' : undefined}
      aria-sort={active ? (sort.descending ? 'descending' : 'ascending') : 'none'}
    >
      <button type="button" className="sort-button" onClick={() => useTableSettings.setState({ sort: next })}>
        {label}
        {active && <Arrow size={12} aria-hidden />}
      </button>
    </th>
  )
}

function GroupRow(props: { line: TableLine & { kind: 'group' }; columns: number; row: number }) {
  const { runs, name } = props.line
  const known = runs.flatMap((run) => (run.lastAccuracy === null ? [] : [run.lastAccuracy]))
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length
  return (
    <tr className="run-group" aria-rowindex={props.row}>
      <th colSpan={props.columns + 3} scope="rowgroup">
        {name} <span className="quiet">{tn(runs.length, '{count} run', '{count} runs')}</span>
        {known.length > 0 && (
          <span className="quiet"> · {t('mean accuracy {percent}', { percent: formatPercent(mean, 1) })}</span>
        )}
      </th>
    </tr>
  )
}

interface RunRowProps {
  readonly run: RunSummary
  /** What tells it apart from others of its name. */
  readonly ending: string | undefined
  readonly columns: readonly ColumnId[]
  readonly row: number
  readonly shown: readonly RunSummary[]
}

const RunRow = memo(
  function RunRow({ run, ending, columns, row, shown }: RunRowProps) {
    const selected = useView((view) => view.selectedRuns.includes(run.id))
    const actions = useRunActions(run)
    return (
      <tr className={selected ? 'run-row-selected' : undefined} aria-rowindex={row}>
        <td>
          <input
            type="checkbox"
            aria-label={t('Mark {run}', { run: run.name })}
            checked={selected}
            onClick={(event) => event.shiftKey && selectRange(shown, run.id)}
            onChange={(event) => !(event.nativeEvent as MouseEvent).shiftKey && toggleSelected(run.id)}
          />
        </td>
        <td className="run-name">
          <Link href={links.run(run.id)} title={run.name}>
            {run.pinned && <Pin size={12} aria-label={t('Pinned')} />}
            {run.name}
          </Link>
          {(ending !== undefined || run.tags.length > 0) && (
            <span className="run-tags">
              {ending !== undefined && <span className="quiet">{ending}</span>}
              {run.tags.map((tag) => (
                <span key={tag} className="chip">
                  {tag}
                </span>
              ))}
            </span>
          )}
        </td>
        {columns.map((id) => {
          const column = runColumns[id]
          return (
            <td key={id} className={column.number ? 'number' : column.className}>
              {column.cell(run)}
            </td>
          )
        })}
        <td className="run-buttons">
          <RunButtons actions={actions} small />
        </td>
      </tr>
    )
  },
  (before, after) =>
    before.run === after.run &&
    before.ending === after.ending &&
    before.columns === after.columns &&
    before.row === after.row,
)
