/** Metrics that explain what a method does to which tokens, beside those every run is judged by. */
import { type MetricInfo, metric } from './metric-info.ts'

const entropyMetrics = {
  'entropy/positive_advantage': metric(
    'entropy',
    'Entropy, positive advantage',
    'nats',
    'Mean token entropy of responses with a positive advantage.',
  ),
  'entropy/negative_advantage': metric(
    'entropy',
    'Entropy, negative advantage',
    'nats',
    'Mean token entropy of responses with a negative advantage.',
  ),
  'entropy/e1': metric(
    'entropy',
    'Entropy in E1',
    'nats',
    'Mean entropy of the tokens in E1 of FlexEC: likely, of a positive advantage.',
  ),
  'entropy/e2': metric(
    'entropy',
    'Entropy in E2',
    'nats',
    'Mean entropy of the tokens in E2 of FlexEC: unlikely, of a positive advantage.',
  ),
  'entropy/e3': metric(
    'entropy',
    'Entropy in E3',
    'nats',
    'Mean entropy of the tokens in E3 of FlexEC: likely, of a negative advantage.',
  ),
  'entropy/e4': metric(
    'entropy',
    'Entropy in E4',
    'nats',
    'Mean entropy of the tokens in E4 of FlexEC: unlikely, of a negative advantage.',
  ),
  'entropy/response_mean': metric(
    'entropy',
    'Entropy, mean of responses',
    'nats',
    'Mean over responses of their mean token entropy: long responses count no more than short ones.',
  ),
  'entropy/response_std': metric(
    'entropy',
    'Entropy, spread of responses',
    'nats',
    'Standard deviation over responses of their mean token entropy.',
  ),
  'entropy/prompt_std': metric(
    'entropy',
    'Entropy, spread of prompts',
    'nats',
    'Standard deviation over prompts of the mean entropy of their responses.',
  ),
  frac_reasoning_low_responses: metric(
    'entropy',
    'Reasoning tokens of calm responses',
    'fraction',
    'Share of tokens above the 80th percentile of the whole batch in the half of the responses of lowest entropy: small where a batch-level threshold would starve them.',
  ),
  entropy_threshold: metric(
    'entropy',
    'Entropy threshold',
    'nats',
    'Entropy that splits reasoning from knowledge tokens, mean over responses.',
  ),
  'entropy/base_overlap': metric(
    'entropy',
    'Overlap with the reference',
    'fraction',
    'Share of the fifth of the tokens with the highest entropy that are also in the reference’s highest fifth; where a reference pass runs.',
  ),
  'entropy/base_change': metric(
    'entropy',
    'Change from the reference',
    'nats',
    'Mean difference of the rollout policy’s entropy to the reference’s on the same tokens; where a reference pass runs.',
  ),
} as const satisfies Record<string, MetricInfo>

const flow = (label: string, unit: string, description: string): MetricInfo => metric('flow', label, unit, description)
const perRate = 'nats per unit rate'

const flowMetrics = {
  'entropy_flow/positive': flow(
    'Entropy flow up',
    perRate,
    'First-order rise of entropy from the tokens whose step raises it, per token (OPEFO, sampled form).',
  ),
  'entropy_flow/negative': flow(
    'Entropy flow down',
    perRate,
    'Fall of entropy from the tokens whose step lowers it, per token.',
  ),
  'entropy_flow/net': flow('Entropy flow, net', perRate, 'Flow up less flow down, per token.'),
  'entropy_flow/lambda': flow(
    'Entropy imbalance',
    'fraction',
    '(down − up) / (down + up): above 0 where training lowers entropy.',
  ),
  'entropy_flow/frac_positive': flow(
    'Tokens that raise entropy',
    'fraction',
    'Share of tokens whose step raises entropy.',
  ),
  'entropy_flow/frac_negative': flow(
    'Tokens that lower entropy',
    'fraction',
    'Share of tokens whose step lowers entropy.',
  ),
  'entropy_region/e1': flow(
    'Likely token, A > 0',
    'fraction',
    'Share of tokens in E1 of FlexEC: learning them lowers entropy.',
  ),
  'entropy_region/e2': flow(
    'Unlikely token, A > 0',
    'fraction',
    'Share of tokens in E2 of FlexEC: learning them raises entropy.',
  ),
  'entropy_region/e3': flow(
    'Likely token, A < 0',
    'fraction',
    'Share of tokens in E3 of FlexEC: unlearning them raises entropy.',
  ),
  'entropy_region/e4': flow(
    'Unlikely token, A < 0',
    'fraction',
    'Share of tokens in E4 of FlexEC: unlearning them lowers entropy.',
  ),
  'covariance/mean': flow(
    'Covariance',
    'nats × advantage',
    'Mean covariance of log-probability and advantage over the rollout batch.',
  ),
  'covariance/top_0.0002': flow(
    'Covariance, top 0.02 %',
    'nats × advantage',
    'Mean of the 0.02 % of tokens of highest covariance, at least one.',
  ),
  'covariance/top_0.002': flow(
    'Covariance, top 0.2 %',
    'nats × advantage',
    'Mean of the 0.2 % of tokens of highest covariance, at least one.',
  ),
  'covariance/top_0.02': flow(
    'Covariance, top 2 %',
    'nats × advantage',
    'Mean of the 2 % of tokens of highest covariance, at least one.',
  ),
  'covariance/top_0.2': flow(
    'Covariance, top 20 %',
    'nats × advantage',
    'Mean of the 20 % of tokens of highest covariance, at least one.',
  ),
} as const satisfies Record<string, MetricInfo>

const clipMetrics = {
  'clip_ratio/reasoning_low': metric(
    'clip',
    'Clipped below, reasoning',
    'fraction',
    'Share of high-entropy tokens clipped below.',
  ),
  'clip_ratio/reasoning_high': metric(
    'clip',
    'Clipped above, reasoning',
    'fraction',
    'Share of high-entropy tokens clipped above.',
  ),
  'clip_ratio/reasoning_dual': metric(
    'clip',
    'Dual-clipped, reasoning',
    'fraction',
    'Share of high-entropy tokens over the dual clip.',
  ),
  'clip_ratio/knowledge_dual': metric(
    'clip',
    'Dual-clipped, knowledge',
    'fraction',
    'Share of low-entropy tokens over the dual clip.',
  ),
  'clip_ratio/knowledge_low': metric(
    'clip',
    'Clipped below, knowledge',
    'fraction',
    'Share of low-entropy tokens clipped below.',
  ),
  'clip_ratio/knowledge_high': metric(
    'clip',
    'Clipped above, knowledge',
    'fraction',
    'Share of low-entropy tokens clipped above.',
  ),
  'clip_ratio/response_min': metric(
    'clip',
    'Least clipped response',
    'fraction',
    'Smallest clipped share of a response’s tokens.',
    ['clip_ratio/low_min'],
  ),
  'clip_ratio/response_max': metric(
    'clip',
    'Most clipped response',
    'fraction',
    'Largest clipped share of a response’s tokens.',
    ['clip_ratio/high_max'],
  ),
  'clip_probability/low': metric(
    'clip',
    'Probability, clipped below',
    'probability',
    'Mean rollout probability of tokens clipped below.',
  ),
  'clip_probability/high': metric(
    'clip',
    'Probability, clipped above',
    'probability',
    'Mean rollout probability of tokens clipped above.',
  ),
  'ratio/min': metric('clip', 'Ratio, smallest', 'ratio', 'Smallest importance ratio of a token.'),
  'ratio/p1': metric('clip', 'Ratio, 1st percentile', 'ratio', '1st percentile of the importance ratios.'),
  'ratio/p99': metric('clip', 'Ratio, 99th percentile', 'ratio', '99th percentile of the importance ratios.'),
} as const satisfies Record<string, MetricInfo>

const methodMetrics = {
  'covariance/frac_picked': metric(
    'method',
    'Picked by covariance',
    'fraction',
    'Share of tokens that Clip-Cov, KL-Cov or SENT picked.',
  ),
  'opefo/lambda': metric(
    'method',
    'OPEFO lambda',
    'fraction',
    'Weight of the correction: tokens that raise entropy count 1 + lambda, those that lower it 1 − lambda. The paper’s stays between 0.0002 and 0.002.',
  ),
  'flexec/schedule_lambda': metric(
    'method',
    'FlexEC schedule',
    'fraction',
    'Position in the schedule: 1 to 0 in the first phase, 0 to −1 in the second.',
  ),
  'flexec/ratio_min': metric('method', 'FlexEC lower bound', 'ratio', 'Mean lower bound of the importance ratio.'),
  'flexec/ratio_max': metric('method', 'FlexEC upper bound', 'ratio', 'Mean upper bound of the importance ratio.'),
  'flexec/od_state': metric(
    'method',
    'FlexEC OD state',
    'state',
    '1 while entropy is being raised, 0 while it is being lowered.',
  ),
  'flexec/tau_low': metric('method', 'FlexEC OD floor', 'nats', 'Entropy at which OD begins to raise it.'),
  'flexec/tau_high': metric('method', 'FlexEC OD ceiling', 'nats', 'Entropy above which OD begins to lower it.'),
  'entropy_bonus/coefficient': metric(
    'method',
    'Entropy bonus',
    'per nat',
    'Weight of the entropy bonus in this step.',
  ),
} as const satisfies Record<string, MetricInfo>

const responseMetrics = {
  'completions/mean_length_correct': metric(
    'length',
    'Length, correct',
    'tokens',
    'Mean tokens of accepted responses.',
  ),
  'completions/mean_length_wrong': metric(
    'length',
    'Length, wrong',
    'tokens',
    'Mean tokens of responses that were not accepted.',
  ),
  'completions/repetition_correct': metric(
    'length',
    'Repetition, correct',
    'fraction',
    'Repetition within accepted responses.',
  ),
  'completions/repetition_wrong': metric(
    'length',
    'Repetition, wrong',
    'fraction',
    'Repetition within responses that were not accepted.',
  ),
  'completions/max_frequency_correct': metric(
    'length',
    'Most repeated window, correct',
    'occurrences',
    'Largest count of one 20-word window in an accepted response.',
  ),
  'completions/max_frequency_wrong': metric(
    'length',
    'Most repeated window, wrong',
    'occurrences',
    'Largest count of one 20-word window in a response that was not accepted.',
  ),
  'completions/max_frequency': metric(
    'length',
    'Most repeated window',
    'occurrences',
    'Largest count of one 20-word window in a response.',
    ['token/maximum_frequency'],
  ),
} as const satisfies Record<string, MetricInfo>

/** Percentiles of token entropy that are kept for every step. */
export const entropyPercentiles = [
  0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90, 95, 100,
] as const
type PercentileName = `entropy/p${(typeof entropyPercentiles)[number]}`

const percentileMetrics = Object.fromEntries(
  entropyPercentiles.map((percent) => [
    `entropy/p${percent}`,
    metric(
      'percentiles',
      `Entropy, p${percent}`,
      'nats',
      `${percent} % of the rollout batch’s tokens have at most this entropy.`,
    ),
  ]),
) as Record<PercentileName, MetricInfo>

/** Upper percentiles of the twentieths into which the reference's entropies cut the tokens. */
export const changeBins = [5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90, 95, 100] as const

const changeMetrics = Object.fromEntries(
  changeBins.map((percent) => [
    `entropy_change/p${percent}`,
    metric(
      'percentiles',
      `Entropy change, p${percent}`,
      'nats',
      `Mean change from the reference’s entropy on the twentieth of the tokens up to its ${percent}th percentile; where a reference pass runs.`,
    ),
  ]),
) as Record<`entropy_change/p${(typeof changeBins)[number]}`, MetricInfo>

/** Kinds of words that are counted in responses. */
export const wordKinds = [
  'thinking',
  'planning',
  'evaluation',
  'decision',
  'reflection',
  'concepts',
  'connectives',
] as const
export type WordKind = (typeof wordKinds)[number]

const wordMetrics = Object.fromEntries(
  wordKinds.map((kind) => [
    `words/${kind}`,
    metric('words', `Words of ${kind}`, 'words', `Mean number of words of ${kind} in a response.`),
  ]),
) as Record<`words/${WordKind}`, MetricInfo>

export const diagnosticMetrics = {
  ...entropyMetrics,
  ...percentileMetrics,
  ...changeMetrics,
  ...flowMetrics,
  ...clipMetrics,
  ...methodMetrics,
  ...responseMetrics,
  ...wordMetrics,
}
