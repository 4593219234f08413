import { z } from 'zod'
import type { RunAlarm } from './alarms.ts'
import type { RunConfig } from './config.ts'

/**
 * queued: waits for its turn, without a trainer · starting: its trainer is coming up · running · paused: holds its memory,
 * waits · stopping: writing its last checkpoint · stopped: by the user, resumable · finished: all steps done · failed: with a
 * message, resumable from its last checkpoint · interrupted: the trainer died, resumable.
 */
const runStatuses = [
  'queued',
  'starting',
  'running',
  'paused',
  'stopping',
  'stopped',
  'finished',
  'failed',
  'interrupted',
] as const
export type RunStatus = (typeof runStatuses)[number]
/** Whether a trainer has the run, or is coming up for it. */
export const isActive = (status: RunStatus): boolean => ['starting', 'running', 'paused', 'stopping'].includes(status)
export const isResumable = (status: RunStatus): boolean => ['stopped', 'failed', 'interrupted'].includes(status)

const runPhases = [
  'starting',
  'curriculum',
  'generate',
  'verify',
  'reference',
  'update',
  'record',
  'evaluate',
  'checkpoint',
  'idle',
] as const
export type RunPhase = (typeof runPhases)[number]

export const runId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,79}$/, 'A run id has lower-case letters, digits and dashes.')

/** What of a run people may change at any time. */
export const runChangesSchema = z.strictObject({
  name: z.string().trim().min(1).max(200).optional(),
  tags: z.array(z.string().trim().min(1).max(40)).max(20).optional(),
  notes: z.string().max(20_000).optional(),
  pinned: z.boolean().optional(),
})
export type RunChanges = z.infer<typeof runChangesSchema>

export interface RunSummary {
  readonly id: string
  readonly name: string
  readonly tags: readonly string[]
  /** What people wrote about the run. */
  readonly notes: string
  readonly pinned: boolean
  readonly method: string
  readonly model: string
  readonly seed: number
  readonly learningRate: number
  readonly status: RunStatus
  /** What the user asked for and the trainer has not done yet. */
  readonly pending: 'pause' | 'resume' | 'stop' | null
  /** Place in the queue, from 1; null unless queued. */
  readonly queuePlace: number | null
  readonly phase: RunPhase
  /** Part of the current phase that is done, 0 to 1. */
  readonly phaseProgress: number
  readonly step: number
  readonly steps: number
  /** Milliseconds since the epoch. */
  readonly createdAtMs: number
  readonly updatedAtMs: number
  readonly endedAtMs: number | null
  /** Training time so far without pauses. */
  readonly elapsedMs: number
  readonly etaMs: number | null
  readonly lastReward: number | null
  readonly lastAccuracy: number | null
  /** Greedy accuracy of the last held-out evaluation. */
  readonly lastGreedy: number | null
  /** The step of the newest checkpoint: where the run would go on. */
  readonly checkpointStep: number | null
  /** Rewards of evenly spaced steps, oldest first, for the sparkline. */
  readonly rewardCurve: readonly number[]
  /** A sentence when failed, interrupted, or paused by itself. */
  readonly message: string | null
  /** What the watchdog finds at the last recorded step. */
  readonly alarms: readonly RunAlarm[]
}

export interface RunEvent {
  readonly atMs: number
  readonly step: number
  readonly kind: string
  readonly message: string
}

export interface CheckpointInfo {
  readonly step: number
  readonly folder: string
  readonly createdAtMs: number
  readonly bytes: number
}

export interface EvaluationInfo {
  readonly step: number
  readonly dataset: string
  readonly problems: number
  readonly n: number
  readonly metrics: Readonly<Record<string, number>>
}

export interface RunDetail {
  readonly summary: RunSummary
  readonly config: RunConfig
  readonly folder: string
  readonly events: readonly RunEvent[]
  readonly checkpoints: readonly CheckpointInfo[]
  readonly evaluations: readonly EvaluationInfo[]
}

/** Runs being written as files, or written. */
export interface ExportStatus {
  /** Of the folder, and of the archive at `exportPath` when it is finished. */
  readonly name: string
  /** On the machine of the services. */
  readonly folder: string
  readonly runs: number
  /** Done part, 0 to 1. */
  readonly share: number
  readonly state: 'running' | 'finished' | 'failed'
  /** A sentence when it failed. */
  readonly message: string | null
}

/** Metrics of one run as columns: `values[name][i]` belongs to `steps[i]`; null where not recorded. */
export interface MetricSeries {
  readonly runId: string
  readonly steps: readonly number[]
  /** Milliseconds since the epoch at which each step was recorded. */
  readonly atMs: readonly number[]
  /** Training milliseconds since the start of the run without pauses. */
  readonly elapsedMs: readonly number[]
  readonly values: Readonly<Record<string, readonly (number | null)[]>>
}

const finishReasons = ['eos', 'stop', 'length'] as const
export type FinishReason = (typeof finishReasons)[number]

export interface RolloutSummary {
  readonly id: number
  readonly runId: string
  readonly step: number
  /** Index of the group in its step and of the response in its group. */
  readonly group: number
  readonly index: number
  readonly promptId: string
  readonly reward: number
  readonly correct: boolean
  readonly advantage: number
  readonly tokens: number
  readonly meanEntropy: number
  readonly finishReason: FinishReason
  readonly extracted: string | null
  /** First characters of the response. */
  readonly preview: string
  readonly traced: boolean
}

export interface GroupSummary {
  readonly runId: string
  readonly step: number
  readonly group: number
  readonly promptId: string
  readonly prompt: string
  readonly answer: string
  readonly meanReward: number
  readonly accuracy: number
  /** Dropped from the update by the group filter. */
  readonly filtered: boolean
  readonly rollouts: readonly RolloutSummary[]
}

/** A response that a search found, with its prompt. */
export interface RolloutMatch extends RolloutSummary {
  readonly prompt: string
  readonly answer: string
}

export const rolloutOrders = ['newest', 'oldest', 'best', 'worst', 'longest', 'most-uncertain', 'random'] as const
export type RolloutOrder = (typeof rolloutOrders)[number]

export const rolloutSearchSchema = z.strictObject({
  id: runId,
  /** Conditions and words, as contract/filter.ts reads them. */
  filter: z.string().max(2000).default(''),
  order: z.enum(rolloutOrders).default('newest'),
  offset: z.int().min(0).default(0),
  limit: z.int().min(1).max(500).default(100),
})
export type RolloutSearch = z.infer<typeof rolloutSearchSchema>

/** One part of what was found, and what holds for all of it. */
export interface RolloutSearchResult {
  readonly rollouts: readonly RolloutMatch[]
  readonly total: number
  readonly correct: number
  readonly truncated: number
  readonly unparsed: number
  /** In groups that the group filter dropped. */
  readonly filtered: number
  readonly groups: number
  /** Groups whose rewards are all equal, counted once however many of their responses were found. */
  readonly groupsWithoutSpread: number
  readonly firstStep: number | null
  readonly lastStep: number | null
  readonly meanReward: number | null
}

/** A prompt that two runs have sampled, by the group of either that is nearest in steps; the later ones of equally near. */
export interface PromptPair {
  readonly promptId: string
  readonly prompt: string
  readonly answer: string
  readonly leftStep: number
  readonly rightStep: number
  readonly leftAccuracy: number
  readonly rightAccuracy: number
  /** A response of each that shows the difference. */
  readonly leftId: number
  readonly rightId: number
}

export interface PromptPairs {
  readonly prompts: number
  /** Mean step of each run's groups; 0 without prompts. */
  readonly leftMeanStep: number
  readonly rightMeanStep: number
  readonly leftBetter: number
  readonly rightBetter: number
  /** Prompts whose answer flips: at least half of the responses right on the right side alone, or on the left side alone. */
  readonly gained: number
  readonly lost: number
  /** Flips first, then those answered most differently. */
  readonly pairs: readonly PromptPair[]
}

export interface RolloutDetail {
  readonly summary: RolloutSummary
  readonly prompt: string
  readonly answer: string
  readonly text: string
  /** Why the verifier decided as it did. */
  readonly reason: string
  readonly rewardParts: Readonly<Record<string, number>>
  /** The run's method: it draws the line between the token classes. */
  readonly method: RunConfig['method']
  /** Packed trace (see trace.ts); null when the step was not traced. */
  readonly trace: Uint8Array | null
  readonly previousId: number | null
  readonly nextId: number | null
}
