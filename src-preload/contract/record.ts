import type { RolloutSummary } from './run.ts'
import type { TokenEntropies } from './tokens.ts'

/** What a training step leaves behind: the loop makes it, the store writes it in one transaction. */
export interface StepRecord {
  readonly step: number
  readonly metrics: Readonly<Record<string, number>>
  readonly groups: readonly GroupRecord[]
  /** Entropy by token id over all responses of the step. */
  readonly tokenEntropies?: TokenEntropies
}

export interface GroupRecord {
  readonly promptId: string
  readonly prompt: string
  readonly answer: string
  /** Kept out of the update by the group filter. */
  readonly filtered: boolean
  readonly rollouts: readonly RolloutRecord[]
}

export interface RolloutRecord {
  readonly text: string
  readonly reward: number
  readonly rewardParts: Readonly<Record<string, number>>
  readonly correct: boolean
  readonly extracted: string | null
  readonly reason: string
  readonly advantage: number
  readonly tokens: number
  readonly meanEntropy: number
  readonly finishReason: RolloutSummary['finishReason']
  /** Packed as trace.ts does; null when the run's trace setting leaves it out. */
  readonly trace: Uint8Array | null
}
