/**
 * The watchdog: what in a run's metrics tells that it collapses, learns nothing or is measured wrongly. One table; the store
 * holds it against every recorded step, and list, run page, command line and notices say what it finds.
 */
import { type MetricName, metricInfo } from './metrics.ts'

/**
 * When a rule holds. `level`: the last `steps` recorded values are all at least `limit`. `start`: the last `steps` values are
 * all below (`factor` < 1) or above `factor` times the mean of the run's first ten. `cliff`: the last value is below `factor`
 * times the median of up to twenty before, and by more than `drop`: what is next to nothing halves by chance.
 */
type Test =
  | { readonly kind: 'level'; readonly limit: number; readonly steps: number }
  | { readonly kind: 'start'; readonly factor: number; readonly steps: number }
  | { readonly kind: 'cliff'; readonly factor: number; readonly drop: number }

interface AlarmRule {
  readonly metric: MetricName
  readonly test: Test
  readonly title: string
  /** With {value}, {limit}: the last value, and the number it is held against. */
  readonly sentence: string
  /** Finds the responses concerned, as contract/filter.ts reads it; empty for all of the step. */
  readonly responses: string
}

/** So many first steps are what a run is held against, and so many later ones what a cliff is. */
export const startSteps = 10
const cliffSteps = 20
/** Recorded steps that the tests look back on, the last one included. */
export const recentSteps = cliffSteps + 1

export const alarmRules = {
  entropy_collapse: {
    metric: 'entropy',
    test: { kind: 'start', factor: 0.1, steps: 3 },
    title: 'Entropy collapsed',
    sentence:
      'Entropy is {value} nats, below {limit}, a tenth of what it was in the first ten steps: the policy hardly explores any more. A higher upper clip, a weight on entropy or a lower learning rate keep it up.',
    responses: '',
  },
  entropy_cliff: {
    metric: 'entropy',
    test: { kind: 'cliff', factor: 0.5, drop: 0.05 },
    title: 'Entropy fell off a cliff',
    sentence:
      'Entropy is {value} nats, below {limit}, half the median of up to twenty steps before. Look at the responses before and after, and at the gradient norm.',
    responses: '',
  },
  entropy_explosion: {
    metric: 'entropy',
    test: { kind: 'start', factor: 3, steps: 3 },
    title: 'Entropy explodes',
    sentence:
      'Entropy is {value} nats, above {limit}, three times what it was in the first ten steps: responses turn to noise. Look at the KL, the clipped share and truncation.',
    responses: '',
  },
  no_spread: {
    metric: 'frac_reward_zero_std',
    test: { kind: 'level', limit: 0.9, steps: 5 },
    title: 'Next to no group has spread',
    sentence:
      'In {value} of the groups all rewards are equal, at least {limit} for five steps: there is next to no gradient. Problems are too easy or too hard, or the verifier reads no answer.',
    responses: 'nospread',
  },
  truncation: {
    metric: 'completions/clipped_ratio',
    test: { kind: 'level', limit: 0.3, steps: 3 },
    title: 'Responses are cut',
    sentence:
      '{value} of the responses are cut at the length limit, at least {limit} for three steps: right answers count as wrong. Raise max_completion_length, or look for repetition.',
    responses: 'truncated',
  },
  length_drift: {
    metric: 'completions/mean_length',
    test: { kind: 'start', factor: 3, steps: 3 },
    title: 'Responses grow long',
    sentence:
      'Responses have {value} tokens on average, above {limit}, three times those of the first ten steps. Look whether length is rewarded.',
    responses: '',
  },
  clipping: {
    metric: 'clip_ratio',
    test: { kind: 'level', limit: 0.3, steps: 3 },
    title: 'The clip takes much of the gradient',
    sentence:
      '{value} of the tokens are clipped, at least {limit} for three steps: updates go far beyond the trust region. A lower learning rate or fewer updates per batch help.',
    responses: '',
  },
  kl: {
    metric: 'kl',
    test: { kind: 'level', limit: 0.5, steps: 3 },
    title: 'Far from the reference',
    sentence:
      'The KL to the reference is {value} nats a token, at least {limit} for three steps: the policy has left the model it started from.',
    responses: '',
  },
  rollout_gap: {
    metric: 'rollout_train_gap',
    test: { kind: 'level', limit: 0.1, steps: 2 },
    title: 'Sampling and training disagree',
    sentence:
      'Log-probabilities of sampling and of training differ by {value} nats a token, at least {limit} for two steps: ratios are wrong before the first update. Let update.old_logprobs take a pass.',
    responses: '',
  },
  skipped_updates: {
    metric: 'skipped_updates',
    test: { kind: 'level', limit: 1, steps: 2 },
    title: 'Updates are skipped',
    sentence:
      '{value} updates of the step were skipped, at least {limit} for two steps: gradients are not finite, or the batch is empty.',
    responses: '',
  },
  unparsed: {
    metric: 'verifier/unparsed_ratio',
    test: { kind: 'level', limit: 0.5, steps: 3 },
    title: 'The verifier reads no answer',
    sentence:
      'In {value} of the responses the verifier finds no answer, at least {limit} for three steps: look whether they lack it or write it in another form.',
    responses: 'unparsed',
  },
  verifier_timeouts: {
    metric: 'verifier/timeout_ratio',
    test: { kind: 'level', limit: 0.02, steps: 2 },
    title: 'The verifier runs out of time',
    sentence:
      '{value} of the checks ran into the time limit, at least {limit} for two steps: right answers may count as wrong. The machine may be busy, or the limit short.',
    responses: 'reason:time',
  },
} as const satisfies Readonly<Record<string, AlarmRule>>

export type AlarmRuleName = keyof typeof alarmRules
export const alarmRuleOf = (name: AlarmRuleName): AlarmRule => alarmRules[name]

/** A rule that holds. */
export interface RunAlarm {
  readonly rule: AlarmRuleName
  /** The step since which it holds. */
  readonly step: number
  /** The last value, and the number it is held against. */
  readonly value: number
  readonly limit: number
}

/** Values of one metric at the steps that recorded it, oldest first. */
export interface MetricHistory {
  /** Of the run's first ten recorded steps; fewer while it has fewer. */
  readonly start: readonly number[]
  /** Of the last twenty-one, the last one included. */
  readonly recent: readonly number[]
}

/** The metrics that the rules read. */
export const watchedMetrics: readonly MetricName[] = [...new Set(Object.values(alarmRules).map(({ metric }) => metric))]

/** The rules that hold at the last recorded step, each with its numbers. */
export function holdingRules(history: (metric: MetricName) => MetricHistory): Omit<RunAlarm, 'step'>[] {
  return (Object.keys(alarmRules) as AlarmRuleName[]).flatMap((rule) => {
    const { metric, test } = alarmRuleOf(rule)
    const known = history(metric)
    const value = known.recent.at(-1)
    const limit = value === undefined ? null : brokenLimit(test, known)
    return limit === null ? [] : [{ rule, value: value!, limit }]
  })
}

/** The number that a test's values are on the wrong side of; null when the test does not hold. */
function brokenLimit(test: Test, { start, recent }: MetricHistory): number | null {
  if (test.kind === 'cliff') {
    const before = recent.slice(0, -1)
    const usual = median(before)
    const limit = test.factor * usual
    const last = recent.at(-1)!
    return before.length >= cliffSteps / 2 && last < limit && usual - last > test.drop ? limit : null
  }
  const last = recent.slice(-test.steps)
  if (last.length < test.steps) return null
  if (test.kind === 'level') return last.every((value) => value >= test.limit) ? test.limit : null
  // The steps that are judged must not be those they are held against.
  if (start.length < startSteps || recent.length < startSteps + test.steps) return null
  const limit = (test.factor * start.reduce((sum, value) => sum + value, 0)) / start.length
  return last.every((value) => (test.factor < 1 ? value < limit : value > limit)) ? limit : null
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

/** A number of a rule as people read it: shares in per cent. */
export function alarmNumber(metric: MetricName, value: number): string {
  const isShare = metricInfo(metric).unit === 'fraction'
  const text = String(Number((isShare ? 100 * value : value).toPrecision(3)))
  return isShare ? `${text} %` : text
}

/** What an alarm says, in English. */
export function alarmSentence({ rule, value, limit }: RunAlarm): string {
  const { metric, title, sentence } = alarmRuleOf(rule)
  const filled = sentence.replace('{value}', alarmNumber(metric, value)).replace('{limit}', alarmNumber(metric, limit))
  return `${title}. ${filled}`
}
