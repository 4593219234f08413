/** R = −a exp(H) + b through the steps of a run (entropy mechanism, arXiv 2505.22617): reward bought with entropy. */
export interface RewardEntropyFit {
  readonly a: number
  readonly b: number
  /** Reward that the fit expects when no entropy is left: b − a. */
  readonly ceiling: number
  /** Share of the reward's variance that the fit explains, at most 1. */
  readonly rSquared: number
  /** Steps that have both numbers. */
  readonly steps: number
}

/** Least squares over steps that have both; null of fewer than three steps, or when entropy does not move. */
export function fitRewardEntropy(
  rewards: readonly (number | null)[],
  entropies: readonly (number | null)[],
): RewardEntropyFit | null {
  const points = rewards.flatMap((reward, step) => {
    const entropy = entropies[step] ?? null
    return reward === null || entropy === null ? [] : [{ x: Math.exp(entropy), y: reward }]
  })
  if (points.length < 3) return null
  const mean = (pick: (point: (typeof points)[number]) => number): number =>
    points.reduce((sum, point) => sum + pick(point), 0) / points.length
  const [meanX, meanY] = [mean(({ x }) => x), mean(({ y }) => y)]
  const spread = mean(({ x }) => (x - meanX) ** 2)
  if (spread === 0) return null
  const slope = mean(({ x, y }) => (x - meanX) * (y - meanY)) / spread
  const b = meanY - slope * meanX
  const total = mean(({ y }) => (y - meanY) ** 2)
  const residual = mean(({ x, y }) => (y - slope * x - b) ** 2)
  const rSquared = total === 0 ? 1 : 1 - residual / total
  return { a: -slope, b, ceiling: b + slope, rSquared, steps: points.length }
}
