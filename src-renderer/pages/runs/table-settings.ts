import { create } from 'zustand'
import { persist } from 'zustand/middleware'
import type { ColumnId } from './columns.tsx'
import type { Grouping, RunSort } from './run-filter.ts'

interface TableSettings {
  /** The columns shown beside the name, from left to right. */
  readonly columns: readonly ColumnId[]
  /** The columns before their last change, for Undo. */
  readonly columnsBefore: readonly ColumnId[] | null
  readonly sort: RunSort
  readonly grouping: Grouping
}

export const usualColumns: readonly ColumnId[] = [
  'method',
  'status',
  'progress',
  'reward',
  'accuracy',
  'rewards',
  'created',
]

const initial: TableSettings = {
  columns: usualColumns,
  columnsBefore: null,
  sort: { key: 'created', descending: true },
  grouping: 'none',
}

/** How the list of runs is shown; kept over restarts. */
export const useTableSettings = create<TableSettings>()(persist(() => initial, { name: 'quiver.runs', version: 1 }))

/** Shows other columns, or the same in another order; Undo goes back to those before. */
export function setColumns(columns: readonly ColumnId[]): void {
  useTableSettings.setState((before) =>
    columns === before.columns ? before : { columns, columnsBefore: before.columns },
  )
}
