import { type RunConfig, runConfigSchema } from '../../src-preload/contract/config.ts'
import { allRows, oneRow, type Query, type ReadDb, sql } from './sql.ts'

/** Means over the last recorded steps of a run; seconds a step. The first step, which compiles, is left out. */
export interface RunRates {
  readonly id: string
  readonly name: string
  readonly config: RunConfig
  /** Steps the means are over. */
  readonly steps: number
  /** Tokens of a response. */
  readonly meanLength: number
  readonly seconds: Readonly<Record<RatePhase, number>>
  /** Bytes of stored traces, and of text, per traced token; null where none is stored. */
  readonly traceBytesPerToken: number | null
  readonly textBytesPerToken: number | null
}

/** Phases of a step whose time grows with other things. */
export const ratePhases = ['generate', 'verify', 'reference', 'update', 'record'] as const
export type RatePhase = (typeof ratePhases)[number]

/** Newest runs looked at, and steps of each. */
const runLimit = 12
const stepLimit = 40
/** Fewest steps that tell a rate. */
const fewestSteps = 2

interface Row {
  readonly id: string
  readonly name: string
  readonly config: string
  readonly step: number
}

const ratedRunsQuery = (model: string): Query => sql`
  SELECT id, name, config, step FROM runs
  WHERE model = ${model} AND deleted_at_ms IS NULL AND step > ${fewestSteps}
  ORDER BY created_at_ms DESC LIMIT ${runLimit}`

export const stepMeansQuery = (runId: string, afterStep: number): Query => sql`
  SELECT name, avg(value) AS mean, count(*) AS steps FROM metrics
  WHERE run_id = ${runId} AND step > ${afterStep}
    AND name IN ('completions/mean_length', 'timing_s/generate', 'timing_s/verify', 'timing_s/reference', 'timing_s/update', 'timing_s/record')
  GROUP BY name`

export const traceBytesQuery = (runId: string, afterStep: number): Query => sql`
  SELECT sum(length(traces.columns)) AS bytes, sum(octet_length(rollouts.text)) AS text, sum(rollouts.tokens) AS tokens
  FROM rollout_groups
  JOIN rollouts ON rollouts.group_id = rollout_groups.id
  JOIN traces ON traces.rollout_id = rollouts.id
  WHERE rollout_groups.run_id = ${runId} AND rollout_groups.step > ${afterStep}`

/** What runs of a model measured on this machine, newest first; runs of too few steps are left out. */
export function runRates(db: ReadDb, model: string): RunRates[] {
  return allRows<Row>(db, ratedRunsQuery(model)).flatMap((row) => {
    const config = runConfigSchema.safeParse(JSON.parse(row.config))
    const rates = config.success ? ratesOf(db, row, config.data) : null
    return rates ? [rates] : []
  })
}

function ratesOf(db: ReadDb, { id, name, step }: Row, config: RunConfig): RunRates | null {
  const after = Math.max(1, step - stepLimit)
  const rows = allRows<{ name: string; mean: number; steps: number }>(db, stepMeansQuery(id, after))
  const means = new Map(rows.map((row) => [row.name, row]))
  const length = means.get('completions/mean_length')
  if (!length || length.steps < fewestSteps || !means.has('timing_s/generate')) return null
  const stored = oneRow<{ bytes: number | null; text: number | null; tokens: number | null }>(
    db,
    traceBytesQuery(id, Math.max(after, step - 3)),
  )
  return {
    id,
    name,
    config,
    steps: length.steps,
    meanLength: length.mean,
    seconds: Object.fromEntries(
      ratePhases.map((phase) => [phase, means.get(`timing_s/${phase}`)?.mean ?? 0]),
    ) as Record<RatePhase, number>,
    traceBytesPerToken: stored?.bytes && stored.tokens ? stored.bytes / stored.tokens : null,
    textBytesPerToken: stored?.text && stored.tokens ? stored.text / stored.tokens : null,
  }
}
