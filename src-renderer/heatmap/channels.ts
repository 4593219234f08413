import type { Trace } from '../../src-preload/contract/trace.ts'

/** What the colour of a token stands for. */
export const channelIds = [
  'entropy',
  'rollout',
  'policy',
  'reference',
  'policy-change',
  'reference-change',
  'class',
] as const
export type ChannelId = (typeof channelIds)[number]

export interface Channel {
  readonly id: ChannelId
  readonly label: string
  readonly unit: string
  readonly description: string
  readonly kind: 'sequential' | 'diverging' | 'class'
  /** One value per token, or null when the trace does not hold them. */
  readonly values: (trace: Trace) => Float32Array | null
}

export const channels: Readonly<Record<ChannelId, Channel>> = {
  entropy: {
    id: 'entropy',
    label: 'Entropy',
    unit: 'nats',
    description: 'How undecided the policy was before it sampled the token.',
    kind: 'sequential',
    values: (trace) => trace.entropies,
  },
  rollout: {
    id: 'rollout',
    label: 'Log-probability, rollout',
    unit: 'nats',
    description: 'Under the policy that sampled the token.',
    kind: 'sequential',
    values: (trace) => trace.rolloutLogprobs,
  },
  policy: {
    id: 'policy',
    label: 'Log-probability, policy',
    unit: 'nats',
    description: "Under the policy after the step's last update that saw the token.",
    kind: 'sequential',
    values: (trace) => trace.policyLogprobs ?? null,
  },
  reference: {
    id: 'reference',
    label: 'Log-probability, reference',
    unit: 'nats',
    description: 'Under the frozen reference.',
    kind: 'sequential',
    values: (trace) => trace.referenceLogprobs ?? null,
  },
  'policy-change': {
    id: 'policy-change',
    label: 'Policy − rollout',
    unit: 'nats',
    description: 'What the step did to the token: orange is more likely now, blue less.',
    kind: 'diverging',
    values: (trace) => difference(trace.policyLogprobs, trace.rolloutLogprobs),
  },
  'reference-change': {
    id: 'reference-change',
    label: 'Rollout − reference',
    unit: 'nats',
    description: 'How far training has moved the token: orange is more likely than before training, blue less.',
    kind: 'diverging',
    values: (trace) => difference(trace.rolloutLogprobs, trace.referenceLogprobs),
  },
  class: {
    id: 'class',
    label: 'Token class',
    unit: '',
    description: 'Reasoning tokens (high entropy) and knowledge tokens, under the slider.',
    kind: 'class',
    values: (trace) => trace.entropies,
  },
}

function difference(left: Float32Array | undefined, right: Float32Array | undefined): Float32Array | null {
  return left && right ? left.map((value, index) => value - right[index]!) : null
}

/** Ends of the colour scales, nats: few and round, so that responses can be compared by eye. */
const ends: Readonly<Record<'sequential' | 'diverging', readonly number[]>> = {
  sequential: [1, 2, 4, 8, 16],
  diverging: [0.1, 0.25, 0.5, 1, 2.5, 5],
}

export interface ColourDomain {
  /** The value of the scale's strongest colour, nats, as a distance from 0. */
  readonly end: number
  /** Values beyond the end; they get its colour. */
  readonly beyond: number
}

/** The smallest round end that holds 99 % of the values. */
export function domainOf(kind: Channel['kind'], values: Float32Array): ColourDomain {
  if (kind === 'class') return { end: 1, beyond: 0 }
  const sizes = values.map(Math.abs).sort()
  const most = sizes[Math.floor(0.99 * (sizes.length - 1))] ?? 0
  const end = ends[kind].find((candidate) => candidate >= most) ?? ends[kind].at(-1)!
  return { end, beyond: sizes.reduce((count, size) => count + Number(size > end), 0) }
}
