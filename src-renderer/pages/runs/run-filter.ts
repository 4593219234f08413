import type { RunSummary } from '../../../src-preload/contract/run.ts'
import { statusWords } from '../../lib/run-status.ts'

export const sortKeys = ['created', 'name', 'method', 'status', 'progress', 'reward', 'accuracy'] as const
export type SortKey = (typeof sortKeys)[number]

export interface RunSort {
  readonly key: SortKey
  readonly descending: boolean
}

/** Runs whose name, method, model, status or tags hold every word of the query. */
export function searchRuns(runs: readonly RunSummary[], query: string): readonly RunSummary[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return runs
  return runs.filter((run) => {
    const text = [run.name, run.method, run.model, run.status, statusWords[run.status], ...run.tags]
      .join(' ')
      .toLowerCase()
    return words.every((word) => text.includes(word))
  })
}

const sortValues: Readonly<Record<SortKey, (run: RunSummary) => number | string | null>> = {
  created: (run) => run.createdAtMs,
  name: (run) => run.name.toLowerCase(),
  method: (run) => run.method,
  status: (run) => statusWords[run.status],
  progress: (run) => run.step / run.steps,
  reward: (run) => run.lastReward,
  accuracy: (run) => run.lastAccuracy,
}

/** A sorted copy; runs without the value come last in either direction. */
export function sortRuns(runs: readonly RunSummary[], { key, descending }: RunSort): RunSummary[] {
  const sortValue = sortValues[key]
  return runs.toSorted((a, b) => {
    const [left, right] = [sortValue(a), sortValue(b)]
    if (left === null || right === null) return Number(left === null) - Number(right === null)
    const order = left < right ? -1 : left > right ? 1 : 0
    return descending ? -order : order
  })
}
