/** Panels of the run page, in order. */
export const metricGroups = {
  reward: 'Reward and accuracy',
  entropy: 'Entropy',
  percentiles: 'Entropy percentiles',
  flow: 'Entropy flow and covariance',
  kl: 'KL to the reference',
  clip: 'Clipping',
  method: 'The method',
  length: 'Responses',
  words: 'Thinking words',
  optimizer: 'Optimizer',
  speed: 'Speed',
  system: 'Devices and memory',
  evaluation: 'Held-out evaluation',
} as const
export type MetricGroup = keyof typeof metricGroups

export interface MetricInfo {
  readonly label: string
  readonly group: MetricGroup
  readonly unit: string
  readonly description: string
  /** Names of the same quantity in other tools, for import and export. */
  readonly aliases?: readonly string[]
}

export const metric = (
  group: MetricGroup,
  label: string,
  unit: string,
  description: string,
  aliases?: readonly string[],
): MetricInfo => (aliases ? { label, group, unit, description, aliases } : { label, group, unit, description })
