/** How much programs and states take where a run computes. Bytes. */
import { blockBytes } from '../engine/executors/cuda/allocator.ts'
import { tokensAtOnce } from '../engine/executors/cuda/plan.ts'
import { plannedBytes, type Storages, stateBytes } from '../engine/executors/cuda/plan-bytes.ts'
import type { Program } from '../engine/graph.ts'
import { outputBytes, peakBytes } from '../engine/liveness.ts'
import type { ModelConfig } from './config.ts'
import { frozenCopyBytes } from './frozen.ts'

export type Sizes = ReadonlyMap<string, number>

/** What a run of a program takes beside state. */
export interface Measured {
  /** Until the run is over. */
  readonly working: number
  /** Of outputs, until they are released. */
  readonly outputs: number
  /** Of outputs that stay where they are for another program. */
  readonly storages: Storages
}

export interface Meter {
  /** Tokens that go through the model together; absent: as many as suit a CPU's caches. */
  readonly tokensAtOnce?: number
  /** `given`: storages of what earlier programs left. */
  readonly measure: (program: Program, sizes: Sizes, given?: Storages) => Measured
  readonly weight: (shape: readonly number[], kind: { readonly trained: boolean }) => number
  /** Of a key/value cache of so many numbers. */
  readonly cache: (elements: number) => number
  /** What decoding holds of the frozen weights beside them. */
  readonly frozenCopy: (config: ModelConfig) => number
  /** What the allocator holds beyond what is in use, as a factor. */
  readonly looseness: number
  /** Whether programs share one block, which never shrinks, for what they work with. */
  readonly shared: boolean
}

/** Executors that compute in float32 and free results early. */
export const hostMeter: Meter = {
  measure: (program, sizes) => {
    const outputs = outputBytes(program, sizes)
    return { working: peakBytes(program, sizes) - outputs, outputs, storages: new Map() }
  },
  weight: (shape) => shape.reduce((product, size) => product * size, 4),
  cache: (elements) => 4 * elements,
  frozenCopy: frozenCopyBytes,
  // Freed blocks lie between used ones.
  looseness: 1.25,
  shared: false,
}

/** The `cuda` executor: its own plans, bfloat16 where it keeps that. */
export const cardMeter: Meter = {
  tokensAtOnce,
  measure: (program, sizes, given = new Map()) => {
    const { workspace, outputs, storages } = plannedBytes(program, { sizes, given })
    return { working: workspace, outputs, storages }
  },
  weight: stateBytes,
  cache: (elements) => blockBytes(2 * elements),
  frozenCopy: () => 0,
  looseness: 1,
  shared: true,
}
