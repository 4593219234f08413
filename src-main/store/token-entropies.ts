import { deflateRawSync, inflateRawSync } from 'node:zlib'
import {
  storedTokenClasses,
  type TokenEntropies,
  type TokenTable,
  type TokenTableInput,
} from '../../src-preload/contract/tokens.ts'
import { allRows, execute, oneRow, type Query, type ReadDb, sql, type WriteDb } from './sql.ts'

/** Writes the entropies by token of a step; part of the step's transaction. */
export function insertTokenEntropies(db: WriteDb, runId: string, step: number, entropies: TokenEntropies): void {
  const { ids, classes, occurrences, sums, texts } = entropies
  const bytes = [ids, occurrences, sums].map((column) =>
    Buffer.from(column.buffer, column.byteOffset, column.byteLength),
  )
  const columns = deflateRawSync(Buffer.concat(bytes))
  execute(
    db,
    sql`INSERT INTO token_entropies (run_id, step, columns, classes)
        VALUES (${runId}, ${step}, ${columns}, ${deflateRawSync(classes)})`,
  )
  texts.forEach((text, index) => {
    execute(
      db,
      sql`INSERT INTO token_texts (run_id, token_id, text) VALUES (${runId}, ${ids[index]!}, ${text})
          ON CONFLICT (run_id, token_id) DO NOTHING`,
    )
  })
}

export const tokenColumnsQuery = (runId: string, step: number | undefined): Query =>
  step === undefined
    ? sql`SELECT columns, classes FROM token_entropies WHERE run_id = ${runId} ORDER BY step`
    : sql`SELECT columns, classes FROM token_entropies WHERE run_id = ${runId} AND step = ${step}`

const textQuery = (runId: string, tokenId: number): Query =>
  sql`SELECT text FROM token_texts WHERE run_id = ${runId} AND token_id = ${tokenId}`

/** Tokens of highest or lowest mean entropy over a step or a whole run, of all classes or of one. */
export function tokenTable(db: ReadDb, input: TokenTableInput): TokenTable {
  const { id, step, class: wanted, order, minCount, limit } = input
  const steps = allRows<StepColumns>(db, tokenColumnsQuery(id, step))
  const totals = new Map<number, { occurrences: number; sum: number }>()
  let tokens = 0
  for (const columns of steps) {
    eachToken(columns, (tokenId, tokenClass, occurrences, sum) => {
      if (wanted !== 'all' && tokenClass !== wanted) return
      const total = totals.get(tokenId) ?? { occurrences: 0, sum: 0 }
      totals.set(tokenId, { occurrences: total.occurrences + occurrences, sum: total.sum + sum })
      tokens += occurrences
    })
  }
  const sign = order === 'high' ? -1 : 1
  const ordered = [...totals]
    .filter(([, { occurrences }]) => occurrences >= minCount)
    .map(([tokenId, { occurrences, sum }]) => ({ id: tokenId, occurrences, meanEntropy: sum / occurrences }))
    .sort((a, b) => sign * (a.meanEntropy - b.meanEntropy) || a.id - b.id)
  const rows = ordered.slice(0, limit).map((row) => ({
    ...row,
    text: oneRow<{ text: string }>(db, textQuery(id, row.id))?.text ?? '',
  }))
  return { runId: id, steps: steps.length, tokens, distinct: totals.size, rows }
}

interface StepColumns {
  readonly columns: Uint8Array
  readonly classes: Uint8Array | null
}

type Visit = (id: number, tokenClass: string | undefined, occurrences: number, sum: number) => void

function eachToken({ columns, classes }: StepColumns, visit: Visit): void {
  const bytes = inflateRawSync(columns)
  const known = classes && inflateRawSync(classes)
  const numbers = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const count = bytes.length / 12
  for (let index = 0; index < count; index++) {
    const at = (column: number): number => 4 * (column * count + index)
    const tokenClass = known ? storedTokenClasses[known[index]!] : undefined
    visit(numbers.getUint32(at(0), true), tokenClass, numbers.getUint32(at(1), true), numbers.getFloat32(at(2), true))
  }
}
