import { type ComponentProps, useState } from 'react'
import { moveColumn } from './column-order.ts'
import type { ColumnId } from './columns.tsx'
import { setColumns, useTableSettings } from './table-settings.ts'

interface Drag {
  readonly from: ColumnId
  readonly over: ColumnId
}

/** What a header cell needs to be dragged to the place of another; `data-drop` tells the side on which it would land. */
export function useColumnDrag(): (id: ColumnId) => ComponentProps<'th'> {
  const columns = useTableSettings((settings) => settings.columns)
  const [drag, setDrag] = useState<Drag | null>(null)
  return (id) => ({
    draggable: true,
    onDragStart: (event) => {
      event.dataTransfer.effectAllowed = 'move'
      event.dataTransfer.setData('text/plain', id)
      setDrag({ from: id, over: id })
    },
    onDragOver: (event) => {
      if (!drag) return
      event.preventDefault()
      if (drag.over !== id) setDrag({ ...drag, over: id })
    },
    onDrop: (event) => {
      if (!drag) return
      event.preventDefault()
      setColumns(moveColumn(columns, drag.from, columns.indexOf(id)))
    },
    onDragEnd: () => setDrag(null),
    ...(drag?.over === id && { 'data-drop': columns.indexOf(drag.from) < columns.indexOf(id) ? 'after' : 'before' }),
  })
}
