import { create } from 'zustand'
import { persist } from 'zustand/middleware'
import type { ColumnId } from './columns.tsx'
import type { Grouping, RunSort } from './run-filter.ts'

interface TableSettings {
  readonly columns: readonly ColumnId[]
  readonly sort: RunSort
  readonly grouping: Grouping
}

const initial: TableSettings = {
  columns: ['method', 'status', 'progress', 'reward', 'accuracy', 'rewards', 'created'],
  sort: { key: 'created', descending: true },
  grouping: 'none',
}

/** How the list of runs is shown; kept over restarts. */
export const useTableSettings = create<TableSettings>()(persist(() => initial, { name: 'quiver.runs', version: 1 }))
