import { changeBins } from '../../src-preload/contract/diagnostics.ts'
import type { MetricName } from '../../src-preload/contract/metrics.ts'
import { quantile } from './classify.ts'
import { tokenCovariances } from './covariance.ts'
import { entropyFlows, flowBalance } from './flow.ts'
import type { MethodBatch } from './methods/method.ts'

type Metrics = Partial<Record<MetricName, number>>

/**
 * What a rollout batch says of the coming updates, whatever the method: entropy flow, covariance, the four regions of
 * FlexEC and entropy by the sign of the advantage, over the tokens of the loss. Nothing for a batch without tokens.
 */
export function rolloutDiagnostics(batch: MethodBatch): Metrics {
  const tokens = batch.mask.reduce((sum, bit) => sum + bit, 0)
  if (tokens === 0) return {}
  return { ...flowMetrics(batch, tokens), ...covarianceMetrics(batch), ...regionMetrics(batch, tokens) }
}

function flowMetrics(batch: MethodBatch, tokens: number): Metrics {
  const { positive, negative, positiveTokens, negativeTokens, lambda } = flowBalance(entropyFlows(batch, 'sampled'))
  return {
    'entropy_flow/positive': positive / tokens,
    'entropy_flow/negative': negative / tokens,
    'entropy_flow/net': (positive - negative) / tokens,
    'entropy_flow/lambda': lambda,
    'entropy_flow/frac_positive': positiveTokens / tokens,
    'entropy_flow/frac_negative': negativeTokens / tokens,
  }
}

const bands = [
  ['covariance/top_0.0002', 0.0002],
  ['covariance/top_0.002', 0.002],
  ['covariance/top_0.02', 0.02],
  ['covariance/top_0.2', 0.2],
] as const

function covarianceMetrics(batch: MethodBatch): Metrics {
  const falling = tokenCovariances(batch)
    .filter((_, token) => batch.mask[token] === 1)
    .sort()
    .reverse()
  const mean = (count: number): number => falling.subarray(0, count).reduce((sum, value) => sum + value, 0) / count
  const tops = bands.map(([name, share]) => [name, mean(Math.max(1, Math.floor(falling.length * share)))] as const)
  return { 'covariance/mean': mean(falling.length), ...Object.fromEntries(tops) }
}

/** Regions of FlexEC: likely (−log π < H) or unlikely token, positive or negative advantage. */
const regions = ['e1', 'e2', 'e3', 'e4'] as const

function regionMetrics(
  { mask, rowOffsets, advantages, oldLogprobs, rolloutEntropies }: MethodBatch,
  tokens: number,
): Metrics {
  const sums = regions.map(() => ({ sum: 0, count: 0 }))
  for (let row = 0; row + 1 < rowOffsets.length; row++) {
    const advantage = advantages[row]!
    if (advantage === 0) continue
    for (let token = rowOffsets[row]!; token < rowOffsets[row + 1]!; token++) {
      if (mask[token] !== 1) continue
      const unlikely = -oldLogprobs[token]! > rolloutEntropies[token]!
      const region = sums[(advantage > 0 ? 0 : 2) + Number(unlikely)]!
      region.sum += rolloutEntropies[token]!
      region.count++
    }
  }
  const [e1, e2, e3, e4] = sums as [RegionSum, RegionSum, RegionSum, RegionSum]
  return {
    ...Object.fromEntries(regions.map((name, region) => [`entropy_region/${name}`, sums[region]!.count / tokens])),
    ...Object.fromEntries(regions.flatMap((name, region) => entropyOf(`entropy/${name}`, [sums[region]!]))),
    ...Object.fromEntries(entropyOf('entropy/positive_advantage', [e1, e2])),
    ...Object.fromEntries(entropyOf('entropy/negative_advantage', [e3, e4])),
  }
}

interface RegionSum {
  readonly sum: number
  readonly count: number
}

/** The mean entropy of some regions under a name; nothing where they have no token. */
function entropyOf(name: MetricName, parts: readonly RegionSum[]): [MetricName, number][] {
  const count = parts.reduce((total, part) => total + part.count, 0)
  return count === 0 ? [] : [[name, parts.reduce((total, part) => total + part.sum, 0) / count]]
}

/** How the entropies of tokens compare with the reference's on the same tokens; nothing for no tokens. */
export function baseMetrics(entropies: Float32Array, base: Float32Array): Metrics {
  if (entropies.length === 0) return {}
  const [own, other] = [quantile(entropies, 0.8), quantile(base, 0.8)]
  let [change, high, both] = [0, 0, 0]
  for (let token = 0; token < entropies.length; token++) {
    change += entropies[token]! - base[token]!
    if (entropies[token]! < own) continue
    high++
    if (base[token]! >= other) both++
  }
  return { 'entropy/base_change': change / entropies.length, 'entropy/base_overlap': both / high }
}

/** Change of entropy per twentieth of the tokens, by the reference's entropy (80/20, arXiv 2506.01939, Fig. 4). */
export function baseChanges(entropies: Float32Array, base: Float32Array): Metrics {
  const rising = Uint32Array.from(base.keys()).sort((a, b) => base[a]! - base[b]!)
  const changes = changeBins.map((percent, bin) => {
    const [start, end] = [bin, bin + 1].map((edge) => Math.round((edge * rising.length) / changeBins.length))
    const tokens = rising.subarray(start, end)
    const change = tokens.reduce((sum, token) => sum + entropies[token]! - base[token]!, 0)
    return [`entropy_change/p${percent}`, change / tokens.length] as const
  })
  return Object.fromEntries(changes.filter(([, change]) => Number.isFinite(change)))
}
