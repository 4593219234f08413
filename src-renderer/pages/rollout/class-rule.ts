import type { RunConfig } from '../../../src-preload/contract/config.ts'
import type { ResponseHeatmapProps } from '../../heatmap/response-heatmap.tsx'

/** Quantile of methods that have no token classes of their own: Archer's. */
const usualQuantile = 0.8

/** Where a run's method draws the line between the token classes: the paper keeps ties with the reasoning tokens, the repository does not. */
export function classRule(method: RunConfig['method']): ResponseHeatmapProps['rule'] {
  if (method.name !== 'archer') return { quantile: usualQuantile, ties: 'at-or-above' }
  return {
    quantile: method.token_entropy_quantile,
    ties: method.form === 'repository' ? 'above' : 'at-or-above',
  }
}
