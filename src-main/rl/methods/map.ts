import type { RunConfig } from '../../../src-preload/contract/config.ts'
import type { MethodConfig, MethodName, MethodOptions } from '../../../src-preload/contract/method.ts'
import type { AdvantageOptions } from '../advantage.ts'
import { archer } from './archer.ts'
import { ceGppo } from './ce-gppo.ts'
import { cispo } from './cispo.ts'
import { clipCov } from './clip-cov.ts'
import { dapo } from './dapo.ts'
import { drGrpo } from './dr-grpo.ts'
import { entropyBonus } from './entropy-bonus.ts'
import { entropyMask } from './entropy-mask.ts'
import { flexec } from './flexec.ts'
import { grpo } from './grpo.ts'
import { gspo } from './gspo.ts'
import { klCov } from './kl-cov.ts'
import type {
  Facts,
  Method,
  MethodBatch,
  MethodOutcome,
  MethodScope,
  MiniBatchTotals,
  RolloutPlan,
  RolloutView,
  UpdateContext,
} from './method.ts'
import { opefo } from './opefo.ts'
import { sent } from './sent.ts'
import { sentRepo } from './sent-repo.ts'

/** Every method by name: a new one is a file, a line here, and its schema in the contract. */
const methods: { readonly [Name in MethodName]: Method<MethodOptions<Name>> } = {
  archer,
  grpo,
  dapo,
  dr_grpo: drGrpo,
  entropy_mask: entropyMask,
  sent,
  sent_repo: sentRepo,
  opefo,
  flexec,
  clip_cov: clipCov,
  kl_cov: klCov,
  ce_gppo: ceGppo,
  gspo,
  cispo,
  entropy_bonus: entropyBonus,
}

/** A method with its options: all a trainer knows of it. */
export interface BoundMethod {
  readonly name: MethodName
  readonly scope: MethodScope
  readonly needsReference: boolean
  /** Whether each update needs the KL to the reference over the whole vocabulary. */
  readonly needsReferenceKl: boolean
  /** Whether a rollout batch needs second-order token statistics before its updates. */
  readonly needsMoments: boolean
  /** What the method keeps from one rollout batch to the next; part of a checkpoint. */
  memory: Facts
  /** To be called once per rollout batch, before its updates; moves the memory on. */
  plan(view: Omit<RolloutView, 'memory'>): RolloutPlan
  apply(batch: MethodBatch, totals: MiniBatchTotals, context: UpdateContext): MethodOutcome
}

export function bindMethod(config: MethodConfig): BoundMethod {
  const method = methods[config.name] as Method<MethodConfig>
  const needsReference = method.needsReference?.(config) ?? false
  return {
    name: config.name,
    scope: method.scope(config),
    needsReference,
    needsReferenceKl: needsReference && 'kl_estimator' in config && config.kl_estimator === 'full',
    needsMoments: method.needsMoments?.(config) ?? false,
    memory: {},
    plan(view) {
      const plan = method.plan?.(config, { ...view, memory: this.memory }) ?? { facts: {} }
      this.memory = plan.memory ?? {}
      return plan
    },
    apply: (batch, totals, context) => method.apply(config, batch, totals, context),
  }
}

/** How rewards become advantages: as the config says, and where it leaves that to the method, as the method does. */
export function advantageOptions(
  method: MethodName,
  {
    scale_rewards,
    ...others
  }: Pick<RunConfig['reward'], 'scale_rewards' | 'singleton_group'> &
    Partial<Pick<RunConfig['reward'], 'drop_truncated_completions'>>,
): AdvantageOptions {
  const scale = scale_rewards === 'method' ? (methods[method].rewardScale ?? 'group') : scale_rewards
  const { singleton_group, drop_truncated_completions } = others
  return { scale_rewards: scale, singleton_group, ...(drop_truncated_completions && { drop_truncated_completions }) }
}
