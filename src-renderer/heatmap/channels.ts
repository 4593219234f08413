import { type Trace, traceFlags } from '../../src-preload/contract/trace.ts'
import { msg } from '../lib/i18n/translate.ts'

/** What the colour of a token stands for. */
export const channelIds = [
  'entropy',
  'rollout',
  'policy',
  'reference',
  'ratio',
  'policy-change',
  'reference-change',
  'kl',
  'advantage',
  'class',
  'clip',
] as const
export type ChannelId = (typeof channelIds)[number]

/** What a channel reads: the trace, and the response's advantage, which all its tokens share. */
export interface TokenSource {
  readonly trace: Trace
  readonly advantage: number
}

export type ChannelKind = 'sequential' | 'diverging' | 'class' | 'clip'

export interface Channel {
  readonly id: ChannelId
  readonly label: string
  readonly unit: string
  readonly description: string
  readonly kind: ChannelKind
  /** The value whose colour is the ground's own. */
  readonly origin: number
  /** Ends the scale may have, as distances from the origin. */
  readonly ends: readonly number[]
  readonly recorded: (trace: Trace) => boolean
  /** Why a trace may not hold it. */
  readonly missing?: string
  /** One value per token; only for a trace that holds them. */
  readonly values: (source: TokenSource) => Float32Array
}

/** Ends of the colour scales: few and round, so that responses can be compared by eye. */
const natEnds = [0.1, 0.3, 1, 2, 4, 8, 16]
const changeEnds = [0.1, 0.25, 0.5, 1, 2.5, 5]
const divergenceEnds = [0.01, 0.03, 0.1, 0.3, 1, 3]

const always = (): boolean => true
const hasPolicy = (trace: Trace): boolean => trace.policyLogprobs !== undefined
const hasReference = (trace: Trace): boolean => trace.referenceLogprobs !== undefined

const withoutPolicy = msg(
  'No update saw this response: it was left out of the loss, or sampled outside of a run, and so has no new log-probability.',
)
const withoutReference = msg(
  'The reference did not score this response: it was left out of the loss with its group, the method has no KL to the reference, or it was sampled outside of a run.',
)
const missingOf = (recorded: Channel['recorded']): Pick<Channel, 'missing'> =>
  recorded === hasPolicy ? { missing: withoutPolicy } : recorded === hasReference ? { missing: withoutReference } : {}

const nats = (
  id: ChannelId,
  label: string,
  description: string,
  values: Channel['values'],
  recorded: Channel['recorded'] = always,
): Channel => ({
  id,
  label,
  unit: 'nats',
  description,
  kind: 'sequential',
  origin: 0,
  ends: natEnds,
  recorded,
  values,
  ...missingOf(recorded),
})

const change = (
  id: ChannelId,
  label: string,
  description: string,
  values: Channel['values'],
  recorded: Channel['recorded'],
): Channel => ({ ...nats(id, label, description, values, recorded), kind: 'diverging', ends: changeEnds })

/** Estimate of the KL to the reference from the sampled token alone: exp(x) - x - 1, x = reference - policy. */
export function kl3(policy: number, reference: number): number {
  return Math.exp(reference - policy) - (reference - policy) - 1
}

export const channels: Readonly<Record<ChannelId, Channel>> = {
  entropy: nats(
    'entropy',
    msg('Entropy'),
    msg('How undecided the policy was before it sampled the token.'),
    ({ trace }) => trace.entropies,
  ),
  rollout: nats(
    'rollout',
    msg('Log-probability, rollout'),
    msg('Under the policy that sampled the token.'),
    ({ trace }) => trace.rolloutLogprobs,
  ),
  policy: nats(
    'policy',
    msg('Log-probability, policy'),
    msg("Under the policy after the step's last update that saw the token."),
    ({ trace }) => trace.policyLogprobs!,
    hasPolicy,
  ),
  reference: nats(
    'reference',
    msg('Log-probability, reference'),
    msg('Under the frozen reference.'),
    ({ trace }) => trace.referenceLogprobs!,
    hasReference,
  ),
  ratio: {
    ...change(
      'ratio',
      msg('Importance ratio'),
      msg('Probability under the policy over that under the rollout policy: orange is above 1, blue below.'),
      ({ trace }) => trace.policyLogprobs!.map((value, token) => Math.exp(value - trace.rolloutLogprobs[token]!)),
      hasPolicy,
    ),
    unit: '',
    origin: 1,
  },
  'policy-change': change(
    'policy-change',
    msg('Policy − rollout'),
    msg('What the step did to the token: orange is more likely now, blue less.'),
    ({ trace }) => trace.policyLogprobs!.map((value, token) => value - trace.rolloutLogprobs[token]!),
    hasPolicy,
  ),
  'reference-change': change(
    'reference-change',
    msg('Rollout − reference'),
    msg('How far training has moved the token: orange is more likely than before training, blue less.'),
    ({ trace }) => trace.rolloutLogprobs.map((value, token) => value - trace.referenceLogprobs![token]!),
    hasReference,
  ),
  kl: {
    ...nats(
      'kl',
      msg('KL to the reference'),
      msg('The k3 estimate from the sampled token, of the policy where it is known and else of the rollout policy.'),
      ({ trace }) =>
        (trace.policyLogprobs ?? trace.rolloutLogprobs).map((value, token) =>
          kl3(value, trace.referenceLogprobs![token]!),
        ),
      hasReference,
    ),
    ends: divergenceEnds,
  },
  advantage: {
    ...change(
      'advantage',
      msg('Advantage'),
      msg("The response's advantage, which its tokens share: orange is better than its group, blue worse."),
      ({ trace, advantage }) => new Float32Array(trace.ids.length).fill(advantage),
      always,
    ),
    unit: '',
    ends: [1, 2, 4],
  },
  class: {
    ...nats(
      'class',
      msg('Token class'),
      msg('Reasoning tokens (high entropy) and knowledge tokens, by the chosen rule.'),
      ({ trace }) => trace.entropies,
    ),
    kind: 'class',
  },
  clip: {
    ...nats('clip', msg('Clip and mask'), msg('What kept a token out of the gradient.'), ({ trace }) =>
      Float32Array.from(trace.flags, clipCategory),
    ),
    kind: 'clip',
    unit: '',
  },
}

export const clipCategories = [
  msg('in the loss'),
  msg('clipped below'),
  msg('clipped above'),
  msg('dual clip'),
  msg('left out'),
] as const

/** Index into `clipCategories` of a token with these flags. */
function clipCategory(flags: number): number {
  if (flags & traceFlags.masked) return 4
  if (flags & traceFlags.clippedDual) return 3
  if (flags & traceFlags.clippedHigh) return 2
  return flags & traceFlags.clippedLow ? 1 : 0
}

export interface ColourDomain {
  /** Distance of the scale's strongest colour from the channel's origin. */
  readonly end: number
  /** Values beyond the end; they get its colour. */
  readonly beyond: number
}

/** The smallest round end that holds 99 % of the values. */
export function domainOf(channel: Pick<Channel, 'kind' | 'ends' | 'origin'>, values: Float32Array): ColourDomain {
  if (channel.kind === 'class' || channel.kind === 'clip') return { end: 1, beyond: 0 }
  // Counting costs less than sorting the sizes of tens of thousands of tokens.
  const wanted = values.length === 0 ? 0 : Math.floor(0.99 * (values.length - 1)) + 1
  for (const end of channel.ends) {
    const beyond = countBeyond(channel.origin, values, end)
    if (values.length - beyond >= wanted) return { end, beyond }
  }
  const end = channel.ends.at(-1)!
  return { end, beyond: countBeyond(channel.origin, values, end) }
}

function countBeyond(origin: number, values: Float32Array, end: number): number {
  let count = 0
  for (let token = 0; token < values.length; token++) if (Math.abs(values[token]! - origin) > end) count++
  return count
}
