import { diagnosticMetrics } from './diagnostics.ts'
import { type MetricInfo, metric } from './metric-info.ts'
import { systemMetrics } from './system-metrics.ts'

export { type MetricGroup, type MetricInfo, metricGroups } from './metric-info.ts'

/** Every metric a run can record: name → label, panel, unit and meaning. Names follow TRL where TRL has one. */
const metrics = {
  reward: metric('reward', 'Reward', 'reward', 'Mean shaped reward of the rollout batch.', ['critic/score/mean']),
  reward_std: metric('reward', 'Reward deviation', 'reward', 'Standard deviation of the reward over the batch.'),
  'reward/correct': metric('reward', 'Reward, correct', 'reward', 'Mean shaped reward of accepted responses.', [
    'critic_pos/score/mean',
  ]),
  'reward/wrong': metric(
    'reward',
    'Reward, wrong',
    'reward',
    'Mean shaped reward of responses that were not accepted.',
    ['critic_neg/score/mean'],
  ),
  accuracy: metric('reward', 'Accuracy', 'fraction', 'Share of sampled responses the verifier accepts.'),
  frac_reward_zero_std: metric(
    'reward',
    'Groups without spread',
    'fraction',
    'Share of groups whose rewards are all equal: no gradient.',
  ),
  solve_all: metric('reward', 'Solved by all', 'fraction', 'Share of prompts that every response solves.'),
  solve_none: metric('reward', 'Solved by none', 'fraction', 'Share of prompts that no response solves.'),
  'verifier/unparsed_ratio': metric(
    'reward',
    'Without an answer',
    'fraction',
    'Share of responses that count as wrong because the verifier found no answer.',
  ),
  'verifier/timeout_ratio': metric(
    'reward',
    'Verifier out of time',
    'fraction',
    "Share of responses whose check ran into the verifier's time limit.",
  ),
  'curriculum/stage': metric('reward', 'Curriculum stage', 'stage', 'Stage the problems were drawn from, from 1.'),
  num_groups: metric('reward', 'Groups learned from', 'groups', 'Groups that the filter let through to the update.'),
  generation_rounds: metric('reward', 'Generation rounds', 'rounds', 'Sampling rounds it took to fill the batch.'),
  entropy: metric('entropy', 'Entropy', 'nats', 'Mean token entropy of the rollout policy.', ['actor/entropy']),
  'entropy/reasoning': metric(
    'entropy',
    'Entropy, reasoning',
    'nats',
    'Mean entropy of high-entropy (reasoning) tokens.',
  ),
  'entropy/knowledge': metric(
    'entropy',
    'Entropy, knowledge',
    'nats',
    'Mean entropy of low-entropy (knowledge) tokens.',
  ),
  frac_reasoning: metric(
    'entropy',
    'Reasoning tokens',
    'fraction',
    'Share of response tokens in the high-entropy class.',
  ),
  kl: metric('kl', 'KL', 'nats', 'Mean k3 estimate of the KL to the frozen reference.', ['actor/kl_loss']),
  'kl/full': metric(
    'kl',
    'KL, whole vocabulary',
    'nats',
    'Mean KL to the frozen reference over the whole vocabulary, without an estimate; where the method’s kl_estimator is full.',
  ),
  'kl/reasoning': metric('kl', 'KL, reasoning', 'nats', 'Mean k3 over high-entropy tokens.'),
  'kl/knowledge': metric('kl', 'KL, knowledge', 'nats', 'Mean k3 over low-entropy tokens.'),
  approx_kl: metric('kl', 'KL to the rollout policy', 'nats', 'Mean of old minus current log-probability.', [
    'actor/ppo_kl',
  ]),
  clip_ratio: metric(
    'clip',
    'Clipped',
    'fraction',
    'Share of tokens whose gradient the lower or upper clip removes; the dual clip apart.',
    ['actor/pg_clipfrac', 'clip_ratio/region_mean'],
  ),
  'clip_ratio/reasoning': metric('clip', 'Clipped, reasoning', 'fraction', 'Clipped share of high-entropy tokens.'),
  'clip_ratio/knowledge': metric('clip', 'Clipped, knowledge', 'fraction', 'Clipped share of low-entropy tokens.'),
  'clip_ratio/low': metric('clip', 'Clipped below', 'fraction', 'Negative advantage and ratio under the lower bound.', [
    'clip_ratio/low_mean',
  ]),
  'clip_ratio/high': metric('clip', 'Clipped above', 'fraction', 'Positive advantage and ratio over the upper bound.', [
    'clip_ratio/high_mean',
  ]),
  'clip_ratio/dual': metric('clip', 'Dual-clipped', 'fraction', 'Negative advantage and ratio over the dual clip.', [
    'actor/pg_clipfrac_lower',
  ]),
  'ratio/mean': metric('clip', 'Ratio, mean', 'ratio', 'Mean importance ratio of policy to rollout policy.'),
  'ratio/max': metric('clip', 'Ratio, largest', 'ratio', 'Largest importance ratio of a token.'),
  'completions/mean_length': metric('length', 'Response length', 'tokens', 'Mean tokens of a response.', [
    'response_length/mean',
  ]),
  'completions/min_length': metric('length', 'Shortest response', 'tokens', 'Tokens of the shortest response.', [
    'response_length/min',
  ]),
  'completions/max_length': metric('length', 'Longest response', 'tokens', 'Tokens of the longest response.', [
    'response_length/max',
  ]),
  'completions/clipped_ratio': metric(
    'length',
    'Truncated',
    'fraction',
    'Share of responses cut at the length limit.',
    ['response_length/clip_ratio'],
  ),
  'completions/dropped_truncated': metric(
    'length',
    'Truncated, dropped',
    'count',
    'Truncated responses dropped before the advantages, of the groups that were kept.',
  ),
  'completions/repetition': metric(
    'length',
    'Repetition',
    'fraction',
    'Share of repeated word windows within a response.',
    ['token/repetition_ratio'],
  ),
  loss: metric('optimizer', 'Loss', 'loss', 'Mean loss of the updates of the step.'),
  grad_norm: metric(
    'optimizer',
    'Gradient norm',
    'norm',
    'Global gradient norm before clipping, mean over the updates.',
    ['actor/grad_norm'],
  ),
  learning_rate: metric('optimizer', 'Learning rate', 'rate', 'AdamW learning rate of the step.', ['actor/lr']),
  skipped_updates: metric(
    'optimizer',
    'Skipped updates',
    'updates',
    'Updates skipped for a non-finite gradient or an empty batch.',
  ),
  rollout_train_gap: metric(
    'optimizer',
    'Rollout/training gap',
    'nats',
    'Mean |rollout − training log-probability| before the first update.',
  ),
  tokens_per_second: metric(
    'speed',
    'Tokens per second',
    'tokens/s',
    'Response tokens over the wall time of the step.',
    ['perf/throughput'],
  ),
  num_tokens: metric('speed', 'Tokens seen', 'tokens', 'Response tokens sampled since the start of the run.'),
  'timing_s/step': metric('speed', 'Step time', 's', 'Wall time of the step.', ['timing_s/step']),
  'timing_s/generate': metric('speed', 'Generation time', 's', 'Wall time of sampling.', ['timing_s/gen']),
  'timing_s/verify': metric('speed', 'Verification time', 's', 'Wall time of waiting for verdicts.', [
    'timing_s/reward',
  ]),
  'timing_s/reference': metric('speed', 'Reference time', 's', 'Wall time of the reference pass.', ['timing_s/ref']),
  'timing_s/update': metric('speed', 'Update time', 's', 'Wall time of all updates.', ['timing_s/update_actor']),
  'timing_s/record': metric('speed', 'Storing time', 's', 'Wall time of storing the step before this one.'),
  'eval/greedy': metric('evaluation', 'Greedy accuracy', 'fraction', 'Held-out accuracy of greedy responses.'),
  'eval/avg': metric(
    'evaluation',
    'Sampled accuracy (avg@n)',
    'fraction',
    'Held-out accuracy of sampled responses, mean over n.',
  ),
  'eval/pass@2': metric('evaluation', 'pass@2', 'fraction', 'Unbiased estimate that one of 2 samples is right.'),
  'eval/pass@4': metric('evaluation', 'pass@4', 'fraction', 'Unbiased estimate that one of 4 samples is right.'),
  'eval/pass@8': metric('evaluation', 'pass@8', 'fraction', 'Unbiased estimate that one of 8 samples is right.'),
  'eval/pass@16': metric('evaluation', 'pass@16', 'fraction', 'Unbiased estimate that one of 16 samples is right.'),
  'eval/entropy': metric('evaluation', 'Held-out entropy', 'nats', 'Mean token entropy of held-out samples.'),
  'eval/mean_length': metric('evaluation', 'Held-out length', 'tokens', 'Mean tokens of held-out samples.'),
  ...diagnosticMetrics,
  ...systemMetrics,
} as const satisfies Record<string, MetricInfo>

export type MetricName = keyof typeof metrics
export const metricNames = Object.keys(metrics) as readonly MetricName[]
/** Description of a metric; unknown names (imported runs) describe themselves. */
export function metricInfo(name: string): MetricInfo {
  return (metrics as Record<string, MetricInfo>)[name] ?? { label: name, group: 'reward', unit: '', description: name }
}
