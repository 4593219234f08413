/** Two-sided sign test: how likely a split at least as uneven is when either side wins with probability one half; ties left out. */
export function signTest(wins: number, losses: number): number {
  const trials = wins + losses
  const least = Math.min(wins, losses)
  // Logarithms, as the binomial coefficients of many trials are no float64.
  let logTerm = -trials * Math.LN2
  let tail = 0
  for (let k = 0; k <= least; k++) {
    tail += Math.exp(logTerm)
    logTerm += Math.log(trials - k) - Math.log(k + 1)
  }
  return Math.min(1, 2 * tail)
}

/** Wilson's 95 % interval of the share of wins among wins and losses; null where there are none. */
export function winInterval(wins: number, losses: number): readonly [low: number, high: number] | null {
  const trials = wins + losses
  if (trials === 0) return null
  const z = 1.96
  const share = wins / trials
  const centre = share + z ** 2 / (2 * trials)
  const reach = z * Math.sqrt((share * (1 - share) + z ** 2 / (4 * trials)) / trials)
  const scale = 1 + z ** 2 / trials
  return [(centre - reach) / scale, (centre + reach) / scale]
}
