import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef } from 'react'
import './data-table.css'

interface DataTableProps {
  readonly label: string
  readonly columns: readonly { readonly label: string; readonly number?: boolean }[]
  readonly rowCount: number
  readonly cell: (row: number, column: number) => string
  readonly className?: string
}

const rowHeightPx = 24

/** A table of any length: only the rows in sight exist. Screen readers are told how many there are. */
export function DataTable({ label, columns, rowCount, cell, className }: DataTableProps) {
  const scroller = useRef<HTMLElement>(null)
  const virtual = useVirtualizer({
    count: rowCount,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeightPx,
    overscan: 12,
  })
  const items = virtual.getVirtualItems()
  const above = items[0]?.start ?? 0
  const below = virtual.getTotalSize() - (items.at(-1)?.end ?? 0)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable with the keys.
    <section ref={scroller} className={`data-table ${className ?? ''}`} tabIndex={0} aria-label={label}>
      <table aria-rowcount={rowCount + 1}>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map((column) => (
              <th key={column.label} className={column.number ? 'number' : undefined}>
                {column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {above > 0 && <tr aria-hidden style={{ height: above }} />}
          {items.map((item) => (
            <tr key={item.key} aria-rowindex={item.index + 2}>
              {columns.map((column, index) => (
                <td key={column.label} className={column.number ? 'number' : 'mono'}>
                  {cell(item.index, index)}
                </td>
              ))}
            </tr>
          ))}
          {below > 0 && <tr aria-hidden style={{ height: below }} />}
        </tbody>
      </table>
    </section>
  )
}
