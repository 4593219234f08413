import { MetricColumn } from '../../lib/metric-column.ts'
import { emptyColumns, type RunColumns } from '../../lib/run-columns.ts'
import { type BandKind, seedStatistics } from './seed-statistics.ts'

/** Where curves come from: runs by their id, and what is made of them. */
export interface SeriesSource {
  columnsOf(id: string): RunColumns
  subscribeSeries(id: string, listener: () => void): () => void
}

/** A curve made of several runs: their mean or an edge of its band, less the mean of others. */
export interface Derivation {
  readonly part: 'mean' | 'low' | 'high'
  readonly band: BandKind
  readonly metric: string
  readonly ids: readonly string[]
  /** Runs whose mean is taken away; none for the values themselves. */
  readonly minus: readonly string[]
}

const prefix = 'derived '

/** The id under which `DerivedSeries` knows a curve. */
export const derivedId = (derivation: Derivation): string => `${prefix}${JSON.stringify(derivation)}`

/** Curves of runs as they are, and curves made of several, which follow their runs. */
export class DerivedSeries implements SeriesSource {
  private readonly runs: SeriesSource
  private readonly known = new Map<string, { readonly signature: string; readonly columns: RunColumns }>()

  constructor(runs: SeriesSource) {
    this.runs = runs
  }

  columnsOf(id: string): RunColumns {
    const derivation = derivationOf(id)
    if (!derivation) return this.runs.columnsOf(id)
    const signature = membersOf(derivation)
      .map((member) => this.signatureOf(member, derivation.metric))
      .join()
    const before = this.known.get(id)
    if (before?.signature === signature) return before.columns
    const revision = (before?.columns.revision ?? 0) + 1
    const columns = derivedColumns(derivation, (member) => this.runs.columnsOf(member), revision)
    this.known.set(id, { signature, columns })
    return columns
  }

  subscribeSeries(id: string, listener: () => void): () => void {
    const derivation = derivationOf(id)
    if (!derivation) return this.runs.subscribeSeries(id, listener)
    const ends = membersOf(derivation).map((member) => this.runs.subscribeSeries(member, listener))
    return () => {
      for (const end of ends) end()
    }
  }

  /** Changes whenever a value of the metric may have: an evaluation adds to the last row. */
  private signatureOf(id: string, metric: string): string {
    const { steps, revision, values } = this.runs.columnsOf(id)
    return `${steps.length} ${revision} ${values.get(metric)?.at(steps.length - 1)}`
  }
}

const derivationOf = (id: string): Derivation | null =>
  id.startsWith(prefix) ? (JSON.parse(id.slice(prefix.length)) as Derivation) : null
/** The runs that a curve is made of. */
export function runsBehind(id: string): readonly string[] {
  const derivation = derivationOf(id)
  return derivation ? membersOf(derivation) : [id]
}

const membersOf = ({ ids, minus }: Derivation): readonly string[] => [...ids, ...minus]

/** The curve over the steps at which every run that takes part recorded the metric; time and tokens are means over `ids`. */
export function derivedColumns(
  { part, band, metric, ids, minus }: Derivation,
  columnsOf: (id: string) => RunColumns,
  revision = 0,
): RunColumns {
  const columns: RunColumns = { ...emptyColumns(), revision }
  const [values, tokens] = [new MetricColumn(), new MetricColumn()]
  columns.values.set(metric, values).set('num_tokens', tokens)
  const members = [...ids, ...minus].map(columnsOf)
  for (const { step, rows } of commonRows(members)) {
    const recorded = members.map((member, index) => member.values.get(metric)?.at(rows[index]!) ?? null)
    if (recorded.some((value) => value === null)) continue
    const numbers = recorded as number[]
    const statistics = seedStatistics(numbers.slice(0, ids.length), band)!
    const base = minus.length === 0 ? 0 : mean(numbers.slice(ids.length))
    const own = members.slice(0, ids.length)
    const row = columns.steps.push(step) - 1
    columns.atMs.push(mean(own.map((member, index) => member.atMs[rows[index]!]!)))
    columns.elapsedMs.push(mean(own.map((member, index) => member.elapsedMs[rows[index]!]!)))
    values.set(row, difference(statistics[part], base))
    tokens.set(row, mean(own.map((member, index) => member.values.get('num_tokens')?.at(rows[index]!) ?? 0)))
  }
  return columns
}

/** What is left of equal numbers whose sums were rounded differently is no difference. */
const difference = (value: number, base: number): number =>
  Math.abs(value - base) <= 1e-13 * Math.max(Math.abs(value), Math.abs(base)) ? 0 : value - base

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** Steps that all members have, with the row of each in every member; steps ascend. */
function* commonRows(members: readonly RunColumns[]): Generator<{ step: number; rows: readonly number[] }> {
  const rows = members.map(() => 0)
  for (const step of members[0]?.steps ?? []) {
    members.forEach(({ steps }, index) => {
      while (steps[rows[index]!]! < step) rows[index]!++
    })
    if (members.every(({ steps }, index) => steps[rows[index]!] === step)) yield { step, rows }
  }
}
