/**
 * A run config as the command that starts the like training with verl or TRL. What does not carry over is found by reading the
 * command back as `quiver import` reads it: whatever comes back otherwise is said.
 */
import { type RunConfig, runConfigSchema } from '../../../src-preload/contract/config.ts'
import { importConfig } from '../import/import-config.ts'
import { trlOptions } from './trl-launch.ts'
import { type Overrides, verlOverrides } from './verl-launch.ts'

export const launchDialects = ['verl', 'trl'] as const
export type LaunchDialect = (typeof launchDialects)[number]

export interface LostSetting {
  readonly path: string
  /** The value of the config, and what the command amounts to; null where it has no such setting. */
  readonly value: unknown
  readonly becomes: unknown
}

export interface LaunchCommand {
  readonly command: string
  readonly lost: readonly LostSetting[]
}

/** Settings of Quiver's own engine and records, which mean nothing elsewhere. */
const ownSettings =
  /^(device|threads|optimizer\.offload|trace\.|curriculum\.(?!order)|update\.(old_logprobs|micro_batch_tokens|gradient_checkpointing)|rollout\.max_(num_seqs|gen_batches)|tags|evaluation\.(limit|k)|reward\.singleton_group)/

export function launchCommand(config: RunConfig, dialect: LaunchDialect): LaunchCommand {
  const command = dialect === 'verl' ? verlCommand(config) : trlCommand(config)
  const back = runConfigSchema.parse(importConfig(command, 'launch.sh', { rows: null }).config)
  return { command, lost: differences(config, back) }
}

function verlCommand(config: RunConfig): string {
  const archer = config.method.name === 'archer' || config.rollout.group_filter === 'drop'
  const entry = archer
    ? 'dapo.main_dapo'
    : config.rollout.group_filter === 'refill'
      ? 'recipe.dapo.main_dapo'
      : 'verl.trainer.main_ppo'
  const words = written(verlOverrides(config)).map(([key, value]) => `${key}=${shellWord(hydraText(value))}`)
  return [`python3 -m ${entry}`, ...words].join(' \\\n    ')
}

function trlCommand(config: RunConfig): string {
  const words = written(trlOptions(config)).map(([key, value]) =>
    Array.isArray(value)
      ? `--${key} ${value.map((one) => shellWord(String(one))).join(' ')}`
      : `--${key} ${shellWord(String(value))}`,
  )
  return ['trl grpo', ...words].join(' \\\n    ')
}

const written = (overrides: Overrides): [string, NonNullable<Overrides[string]>][] =>
  Object.entries(overrides).filter(
    (entry): entry is [string, NonNullable<Overrides[string]>] => entry[1] !== undefined && entry[1] !== null,
  )

/** A value as Hydra reads it. */
function hydraText(value: NonNullable<Overrides[string]>): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  return Array.isArray(value) ? `[${value.join(',')}]` : String(value)
}

const shellWord = (text: string): string =>
  /^[\w@%+:,./=[\]-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`

function differences(config: RunConfig, back: RunConfig): LostSetting[] {
  const [before, after] = [leaves(resolved(config)), leaves(resolved(back))]
  return [...before]
    .filter(([path]) => !ownSettings.test(path))
    .filter(([path, value]) => JSON.stringify(after.get(path)) !== JSON.stringify(value))
    .map(([path, value]) => ({ path, value, becomes: after.get(path) ?? null }))
}

/** With what `method` in scale_rewards stands for, so that the same thing said otherwise is no difference. */
function resolved(config: RunConfig): RunConfig {
  const { reward, method } = config
  const scale_rewards =
    reward.scale_rewards === 'method' ? (method.name === 'dr_grpo' ? 'none' : 'group') : reward.scale_rewards
  return { ...config, reward: { ...reward, scale_rewards } }
}

function leaves(value: unknown, prefix = ''): Map<string, unknown> {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return new Map([[prefix, value]])
  return new Map(
    Object.entries(value).flatMap(([key, inner]) => [...leaves(inner, prefix === '' ? key : `${prefix}.${key}`)]),
  )
}
