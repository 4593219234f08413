/** What the services and the sampler's process say to each other; both sides are Quiver's own. */
import type { RunConfig } from './config.ts'
import type { SampleBlock, SampleRequest } from './sample.ts'

/** A model as it was asked for, and its folder or why there is none. */
export interface FoundModel {
  readonly reference: string
  readonly folder: string | null
  readonly message: string | null
}

export interface SampleTask extends Omit<SampleRequest, 'models'> {
  readonly models: readonly FoundModel[]
}

export interface ScoreTask {
  readonly kind: 'score'
  readonly model: FoundModel
  readonly prompt: string
  readonly text: string
  /** The stored tokens, packed (trace.ts). */
  readonly trace: Uint8Array
  /** Of the run that sampled them. */
  readonly temperature: number
}

export interface DryRunTask {
  readonly kind: 'dry_run'
  readonly config: RunConfig
}

export type SamplerTask = SampleTask | ScoreTask | DryRunTask

/** The models of a task, one lane each. */
export function namesOf(task: SamplerTask): string[] {
  if (task.kind === 'sample') return task.models.map(({ reference }) => reference)
  return [task.kind === 'score' ? task.model.reference : task.config.model]
}

export type SamplerCommand =
  | { readonly command: 'start'; readonly id: string; readonly task: SamplerTask }
  | { readonly command: 'stop'; readonly id: string }

export interface SamplerMessage {
  readonly id: string
  readonly block: SampleBlock
}
