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
