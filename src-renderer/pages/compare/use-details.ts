import { type UseQueryResult, useQueries } from '@tanstack/react-query'
import type { EvaluationInfo, RunDetail } from '../../../src-preload/contract/run.ts'
import { useServices } from '../../lib/context.tsx'

/** What the tables need of the compared runs, in their order; null until all of it is there. */
export interface ComparedDetails {
  readonly configs: readonly RunDetail['config'][] | null
  /** The last held-out evaluation of each run, where it has one. */
  readonly evaluations: readonly (EvaluationInfo | null)[] | null
  readonly error: Error | null
}

/** Reads every compared run once for the whole page; a part of the answer stays the same object while its content does. */
export function useComparedDetails(ids: readonly string[]): ComparedDetails {
  const { client } = useServices()
  return useQueries({
    queries: ids.map((id) => ({ queryKey: ['runs.get', { id }], queryFn: () => client.call('runs.get', { id }) })),
    combine: combined,
  })
}

function combined(answers: readonly UseQueryResult<RunDetail>[]): ComparedDetails {
  const error = answers.find((answer) => answer.error)?.error ?? null
  const details = answers.flatMap(({ data }) => data ?? [])
  if (details.length < answers.length) return { configs: null, evaluations: null, error }
  return {
    configs: details.map(({ config }) => config),
    evaluations: details.map(({ evaluations }) => evaluations.at(-1) ?? null),
    error,
  }
}
