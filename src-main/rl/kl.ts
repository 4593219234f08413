interface KlEstimate {
  /** Estimate of KL(policy ‖ reference) from one sampled token, nats. */
  readonly value: number
  /** dvalue/dlp of the policy's log-probability. */
  readonly gradient: number
}

type KlEstimator = (policyLogprob: number, referenceLogprob: number) => KlEstimate

/** Bounds of k3, as in verl's low_var_kl: the log-ratio before exp, then the estimate. */
const maxLogRatio = 20
const maxEstimate = 10

const k2: KlEstimator = (policy, reference) => ({
  value: (policy - reference) ** 2 / 2,
  gradient: policy - reference,
})

const k3: KlEstimator = (policy, reference) => {
  const logRatio = Math.min(Math.max(reference - policy, -maxLogRatio), maxLogRatio)
  // expm1 keeps the digits that exp(d) − 1 loses for the small d of a policy close to its reference.
  const estimate = Math.expm1(logRatio) - logRatio
  return estimate > maxEstimate
    ? { value: maxEstimate, gradient: 0 }
    : { value: estimate, gradient: -Math.expm1(logRatio) }
}

/**
 * Estimators of the KL to the reference (http://joschu.net/blog/kl-approx.html), with d = lp_ref − lp:
 * k1 = −d (unbiased, any sign), k2 = d² / 2 (biased, low variance), k3 = exp(d) − d − 1 (unbiased, never negative).
 * k3 is held at 10 as verl does; where a bound holds it, its gradient is zero. k3+ is straight-through: the value of k3
 * with the gradient of k2, whose expectation is the KL's own. `full` is no estimate: the KL over the whole vocabulary, which
 * comes with the token statistics.
 */
export const klEstimators = {
  k1: (policy, reference) => ({ value: policy - reference, gradient: 1 }),
  k2,
  k3,
  'k3+': (policy, reference) => ({
    value: k3(policy, reference).value,
    gradient: k2(policy, reference).gradient,
  }),
} as const satisfies Record<string, KlEstimator>

export type KlEstimatorName = keyof typeof klEstimators | 'full'
