import { useCall } from '../../lib/queries.ts'

/** The known models or data sets for the fields that name one; nothing for other fields. */
export function useSuggestions(path: string): readonly string[] {
  const forModel = path === 'model'
  const forData = path === 'data.train' || path === 'evaluation.dataset'
  const models = useCall('models.list', {}, { enabled: forModel, staleTimeMs: 60_000 })
  const datasets = useCall('datasets.list', {}, { enabled: forData, staleTimeMs: 60_000 })
  if (forModel) return models.data?.map((model) => model.reference) ?? []
  if (forData) return datasets.data?.map((dataset) => dataset.reference) ?? []
  return []
}
