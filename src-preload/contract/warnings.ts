/**
 * Combinations that are allowed but cannot do what they say. One table: the form, `train` and `check` show what it finds.
 */
import type { ConfigIssue, RunConfig } from './config.ts'
import { isCard } from './device.ts'
import type { MethodConfig, MethodName } from './method.ts'
import { plainSentence, type Sentence } from './sentence.ts'

/** A complaint that stops nothing; `message` is its sentence in English. */
export type ConfigWarning = ConfigIssue & Sentence

interface Rule {
  /** Dotted path of the setting to look at. */
  readonly path: string
  readonly applies: (config: RunConfig) => boolean
  /** The sentence, with {names} for what it takes from the config. */
  readonly text: string
  readonly values?: (config: RunConfig) => Sentence['values']
}

/** Optimizer updates per rollout batch. */
export function updatesPerRollout({ update, rollout }: RunConfig): number {
  return update.num_iterations * Math.ceil(rollout.prompts_per_step / update.mini_batch_prompts)
}

const isMethod =
  (...names: readonly MethodName[]) =>
  ({ method }: RunConfig): boolean =>
    names.includes(method.name)

/** Whether a method's options meet a test; false for every other method. */
const withOptions =
  <Name extends MethodName>(name: Name, test: (options: Extract<MethodConfig, { name: Name }>) => boolean) =>
  ({ method }: RunConfig): boolean =>
    method.name === name && test(method as Extract<MethodConfig, { name: Name }>)

const onPolicy = (config: RunConfig): boolean => updatesPerRollout(config) === 1
const all =
  (...tests: readonly Rule['applies'][]): Rule['applies'] =>
  (config) =>
    tests.every((test) => test(config))

/** Largest weight of the KL to the reference in a method. */
function klWeight({ method }: RunConfig): number {
  const options: Readonly<Record<string, unknown>> = method
  const names = ['beta', 'beta_low', 'beta_high', 'high_entropy_kl_loss_scale_coef', 'low_entropy_kl_loss_scale_coef']
  return Math.max(0, ...names.map((name) => Number(options[name] ?? 0)))
}

const stepRules: readonly Rule[] = [
  {
    path: 'update.num_iterations',
    applies: all(
      onPolicy,
      isMethod(
        ...(['archer', 'flexec', 'ce_gppo', 'gspo', 'cispo', 'sent', 'dapo', 'grpo', 'dr_grpo'] as const),
        ...(['entropy_mask', 'entropy_bonus'] as const),
      ),
    ),
    text: 'With one update per rollout batch every importance ratio is 1, so the clip of {method} never acts. Use two iterations, or mini-batches smaller than the batch.',
    values: ({ method }) => ({ method: method.name }),
  },
  {
    path: 'update.num_iterations',
    applies: all(onPolicy, isMethod('kl_cov', 'sent_repo')),
    text: 'With one update per rollout batch the log-ratio is 0, so the penalty of {method} on it has no gradient. Use two iterations, or mini-batches smaller than the batch.',
    values: ({ method }) => ({ method: method.name }),
  },
  {
    path: 'update.num_iterations',
    applies: all(isMethod('opefo'), (config) => !onPolicy(config)),
    text: 'OPEFO is meant for one update per rollout batch, and this config makes {updates}: its weights and its gradient belong to the policy that sampled. Set num_iterations to 1 and mini_batch_prompts to prompts_per_step.',
    values: (config) => ({ updates: updatesPerRollout(config) }),
  },
  {
    path: 'update.mini_batch_prompts',
    applies: ({ update, rollout }) =>
      rollout.prompts_per_step > update.mini_batch_prompts &&
      rollout.prompts_per_step % update.mini_batch_prompts !== 0,
    text: '{prompts_per_step} prompts do not divide into mini-batches of {mini_batch_prompts}: the last one is smaller and its prompts count for more.',
    values: ({ update, rollout }) => ({
      prompts_per_step: rollout.prompts_per_step,
      mini_batch_prompts: update.mini_batch_prompts,
    }),
  },
]

const rewardRules: readonly Rule[] = [
  {
    path: 'reward.overlong_buffer_length',
    applies: ({ reward, rollout }) => reward.overlong_buffer_length > 0 && rollout.group_filter !== 'keep',
    text: 'Groups are dropped by accuracy, never by the shaped reward: where all responses are right, or all wrong, the overlong punishment between them is not learned.',
  },
  {
    path: 'reward.overlong_penalty_factor',
    applies: ({ reward }) => reward.overlong_buffer_length > 0 && reward.overlong_penalty_factor >= 1,
    text: 'Rewards are 0 and 1, so with a factor of {overlong_penalty_factor} a right answer at the length limit is worth no more than a short wrong one. DAPO’s factor of 1 goes with rewards of −1 and 1; 0.5 is the same here.',
    values: ({ reward }) => ({ overlong_penalty_factor: reward.overlong_penalty_factor }),
  },
  {
    path: 'reward.scale_rewards',
    applies: all(isMethod('dr_grpo'), ({ reward }) => ['group', 'batch'].includes(reward.scale_rewards)),
    text: 'Dr. GRPO does not divide rewards by a deviation. Set scale_rewards to method or none.',
  },
  {
    path: 'rollout.group_filter',
    applies: all(isMethod('dapo', 'entropy_mask'), ({ rollout }) => rollout.group_filter === 'keep'),
    text: '{method} samples until the batch is full of groups with both right and wrong responses. Set group_filter to refill for that.',
    values: ({ method }) => ({ method: method.name === 'dapo' ? 'DAPO' : '80/20' }),
  },
  {
    path: 'rollout.top_p',
    applies: ({ rollout }) => rollout.top_p < 1 || rollout.top_k > 0,
    text: 'Responses are drawn from a part of the distribution (top_p, top_k), while log-probabilities and entropies are those of all of it: the gradient is not that of the policy that sampled.',
  },
]

const methodRules: readonly Rule[] = [
  {
    path: 'method.kl_estimator',
    applies: (config) => klWeight(config) > 0 && 'kl_estimator' in config.method && config.method.kl_estimator === 'k1',
    text: 'k1 has an expected gradient of zero on policy: as a loss it only adds noise. Use k2, k3, k3+ or full.',
  },
  {
    path: 'method.token_entropy_quantile',
    applies: withOptions(
      'archer',
      (o) =>
        o.high_entropy_clip_ratio_low === o.low_entropy_clip_ratio_low &&
        o.high_entropy_clip_ratio_high === o.low_entropy_clip_ratio_high &&
        o.high_entropy_kl_loss_scale_coef === o.low_entropy_kl_loss_scale_coef,
    ),
    text: 'Both classes have the same clip and the same KL, so the classes change nothing: this is GRPO.',
  },
  {
    path: 'method.token_entropy_quantile',
    applies: withOptions(
      'archer',
      ({ token_entropy_quantile: share, entropy_statistic }) =>
        entropy_statistic !== 'threshold' && (share === 0 || share === 1),
    ),
    text: 'At a quantile of 0 or 1 one of the two classes has next to no tokens.',
  },
  {
    path: 'method.entropy_source',
    applies: all(
      isMethod('archer', 'entropy_mask'),
      ({ method }) =>
        'entropy_scope' in method &&
        method.entropy_scope === 'rollout' &&
        (method.entropy_source === 'policy' ||
          ('form' in method && method.form === 'repository' && method.entropy_source === 'form')),
    ),
    text: 'The threshold of a rollout is taken from the entropies at sampling, and tokens are then held against it with the entropy of the policy in training.',
  },
  {
    path: 'method.entropy_scope',
    applies: ({ method }) =>
      'entropy_scope' in method && method.entropy_scope === 'micro-batch' && method.entropy_statistic !== 'threshold',
    text: 'A threshold for each micro-batch makes the result depend on how many responses fit into update.micro_batch_tokens ({micro_batch_tokens}), which otherwise never touches it. Keep that number when you compare runs.',
    values: ({ update }) => ({ micro_batch_tokens: update.micro_batch_tokens }),
  },
  {
    path: 'method.form',
    applies: withOptions('opefo', ({ form }) => form === 'full-vocabulary'),
    text: 'The full-vocabulary form is for comparison: its sign is always the advantage’s, so it weighs right responses against wrong ones instead of tokens that raise entropy against those that lower it.',
  },
  {
    path: 'curriculum.order',
    applies: all(isMethod('sent', 'sent_repo'), ({ curriculum }) => curriculum.order === 'shuffled'),
    text: 'SENT trains from low to high semantic entropy. Set order to semantic_entropy for that.',
  },
  {
    path: 'method.kl_cov_ratio',
    applies: ({ method }) =>
      ('kl_cov_ratio' in method && method.kl_cov_ratio > 0.02) ||
      ('clip_cov_ratio' in method && method.clip_cov_ratio > 0.02),
    text: 'The share of picked tokens is a fraction: 0.0002 or 0.002 in the papers. The original k_percent of 0.2 is 0.002 here.',
  },
  {
    path: 'method.clip_cov_lb',
    applies: withOptions('clip_cov', (options) => options.clip_cov_lb >= options.clip_cov_ub),
    text: 'No covariance lies between clip_cov_lb and clip_cov_ub, so no token is ever picked.',
  },
  {
    path: 'method.epsilon',
    applies: withOptions('gspo', ({ epsilon, epsilon_high }) => Math.max(epsilon, epsilon_high) >= 0.05),
    text: 'The ratio of GSPO is a mean over the response and stays close to 1: widths of this size hardly ever clip. GSPO has 0.0003 and 0.0004.',
  },
  {
    path: 'method.beta1',
    applies: withOptions('ce_gppo', ({ beta1, beta2 }) => beta1 === 0 && beta2 === 0),
    text: 'With both betas at 0 the gradient of CE-GPPO is that of the plain clip.',
  },
  {
    path: 'method.upper_slope',
    applies: withOptions('flexec', ({ upper_slope, lower_slope }) => upper_slope > 0 || lower_slope > 0),
    text: 'FlexEC gives likely tokens less room: its slopes are negative.',
  },
  {
    path: 'method.entropy_coef',
    applies: withOptions('entropy_bonus', (options) => !options.use_adaptive_entropy && options.entropy_coef === 0),
    text: 'An entropy bonus of weight 0 changes nothing.',
  },
  {
    path: 'method.entropy_coef_min',
    applies: withOptions(
      'entropy_bonus',
      (options) => options.use_adaptive_entropy && options.entropy_coef_min >= options.entropy_coef_max,
    ),
    text: 'The least weight is not below the largest, so the adaptive weight cannot move.',
  },
  {
    path: 'method.entropy_threshold',
    applies: ({ method }) =>
      'entropy_statistic' in method && method.entropy_statistic === 'threshold' && method.entropy_threshold === null,
    text: 'The statistic is a threshold and none is given, so every token counts as a knowledge token.',
  },
]

const deviceRules: readonly Rule[] = [
  {
    path: 'optimizer.offload',
    applies: ({ optimizer, device }) => optimizer.offload && !isCard(device),
    text: 'On {device} the moments stay where its executor keeps them: optimizer.offload acts on cuda only.',
    values: ({ device }) => ({ device }),
  },
]

const rules = [...stepRules, ...rewardRules, ...methodRules, ...deviceRules]

/** Every warning there is, with its {names}. */
export const warningTexts: readonly string[] = rules.map(({ text }) => text)

/** What a config cannot do although it is allowed, in sentences; empty for most. */
export function configWarnings(config: RunConfig): ConfigWarning[] {
  return rules
    .filter((rule) => rule.applies(config))
    .map(({ path, text, values }) => {
      const sentence = { text, values: values?.(config) ?? {} }
      return { path, ...sentence, message: plainSentence(sentence) }
    })
}
