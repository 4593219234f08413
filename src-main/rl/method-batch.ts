import type { RunConfig } from '../../src-preload/contract/config.ts'
import type { TokenStatistics } from '../model/policy.ts'
import { joinRows, type TokenRow } from '../model/rows.ts'
import type { MethodBatch, MiniBatchTotals } from './methods/method.ts'
import type { Rollout } from './rollout.ts'

/** A response in an update: its row of tokens, and the rollout that keeps what the update learns of it. */
export interface UpdateRow extends TokenRow {
  readonly rollout: Rollout
  readonly group: number
  /** Left out of the loss, as truncated responses are when the config says so. */
  readonly excluded: boolean
}

/** Rows as a method takes them, with the statistics of the policy in training. */
export function methodBatch(rows: readonly UpdateRow[], statistics: TokenStatistics): MethodBatch {
  const rowOffsets = new Int32Array(rows.length + 1)
  rows.forEach((row, index) => {
    rowOffsets[index + 1] = rowOffsets[index]! + row.ids.length
  })
  const mask = new Uint8Array(statistics.logprobs.length)
  rows.forEach((row, index) => {
    if (!row.excluded) mask.fill(1, rowOffsets[index], rowOffsets[index + 1])
  })
  const references = known(rows.map((row) => row.rollout.referenceLogprobs))
  const moments = known(rows.map((row) => row.rollout.rolloutMoments))
  return {
    rowOffsets,
    groups: Int32Array.from(rows, (row) => row.group),
    advantages: Float64Array.from(rows, (row) => row.rollout.advantage),
    mask,
    oldLogprobs: joinRows(rows.map(({ rollout }) => rollout.oldLogprobs ?? rollout.rolloutLogprobs)),
    policyLogprobs: statistics.logprobs,
    rolloutEntropies: joinRows(rows.map((row) => row.rollout.rolloutEntropies)),
    policyEntropies: statistics.entropies,
    ...(statistics.referenceKls && { referenceKls: statistics.referenceKls }),
    ...(references && { referenceLogprobs: joinRows(references) }),
    ...(moments && {
      rolloutMoments: {
        squares: joinRows(moments.map(({ squares }) => squares)),
        cubes: joinRows(moments.map(({ cubes }) => cubes)),
      },
    }),
  }
}

/** The columns of all rows, or nothing when a row lacks one. */
function known<Column>(columns: readonly (Column | undefined)[]): Column[] | undefined {
  const present = columns.filter((column) => column !== undefined)
  return present.length === columns.length ? present : undefined
}

/** Rows before their first update: the policy in training is the one that sampled them. */
export function rolloutBatch(rows: readonly UpdateRow[]): MethodBatch {
  return methodBatch(rows, {
    logprobs: joinRows(rows.map(({ rollout }) => rollout.rolloutLogprobs)),
    entropies: joinRows(rows.map(({ rollout }) => rollout.rolloutEntropies)),
  })
}

export function totalsOf(rows: readonly UpdateRow[], config: RunConfig): MiniBatchTotals {
  const counted = rows.filter((row) => !row.excluded && row.ids.length > 0)
  return {
    tokens: counted.reduce((sum, row) => sum + row.ids.length, 0),
    rows: counted.length,
    maxCompletionLength: config.rollout.max_completion_length,
  }
}
