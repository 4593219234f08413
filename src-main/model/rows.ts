import { concatenate } from '../util/concatenate.ts'
import type { TokenRows } from './policy.ts'

/** A prompt with its response: what the policy scores and trains on. */
export interface TokenRow {
  readonly promptIds: Int32Array
  readonly ids: Int32Array
}

const rowTokens = (row: TokenRow): number => row.promptIds.length + row.ids.length

export function toTokenRows(rows: readonly TokenRow[]): TokenRows {
  const tokens = new Int32Array(rows.reduce((sum, row) => sum + rowTokens(row), 0))
  let offset = 0
  for (const row of rows) {
    tokens.set(row.promptIds, offset)
    tokens.set(row.ids, offset + row.promptIds.length)
    offset += rowTokens(row)
  }
  return {
    tokens,
    promptLengths: Int32Array.from(rows, (row) => row.promptIds.length),
    responseLengths: Int32Array.from(rows, (row) => row.ids.length),
  }
}

/**
 * Cuts rows into micro-batches whose padded size (rows × longest row) stays within `maxTokens`; longest rows first, so
 * that rows of like length share a batch. A single row over the budget gets a batch of its own.
 */
export function microBatches<Row extends TokenRow>(rows: readonly Row[], maxTokens: number): Row[][] {
  const sorted = [...rows].sort((a, b) => rowTokens(b) - rowTokens(a))
  const batches: Row[][] = []
  for (const row of sorted) {
    const current = batches.at(-1)
    if (current && (current.length + 1) * rowTokens(current[0]!) <= maxTokens) current.push(row)
    else batches.push([row])
  }
  return batches
}

/** Cuts a flat column over the response tokens of rows back into one array per row. */
export function splitByRow(column: Float32Array, rows: readonly TokenRow[]): Float32Array[] {
  let offset = 0
  return rows.map((row) => {
    offset += row.ids.length
    return column.slice(offset - row.ids.length, offset)
  })
}

/** Joins per-row columns into one flat array. */
export const joinRows = (columns: readonly Float32Array[]): Float32Array => concatenate(Float32Array, columns)
