import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { metricSeries } from '../store/metrics.ts'
import { pairedPrompts } from '../store/paired-prompts.ts'
import { getRun } from '../store/runs.ts'
import type { ReadDb } from '../store/sql.ts'
import { UserError } from '../util/assert.ts'
import { printResult } from './output.ts'
import { type CommonOptions, common, withStore } from './workspace.ts'

/** `report`: the page's report of a run or a comparison, without the page. */
export function addReportCommand(program: Command): void {
  common(program.command('report <runs...>'))
    .description(
      'Writes one run, or several against the first, as a page that opens without Quiver and prints well: curves, metrics, config differences, evaluations, same prompts.',
    )
    .requiredOption('--out <file>', 'HTML file to write')
    .option('--smoothing <weight>', 'exponential smoothing of the curves, 0 to 0.99', Number, 0.6)
    .option('--at <steps>', 'steps of the values: last, best, or steps such as 10,20,40-60, with their mean', 'last')
    .option('--single', 'shows every seed by itself instead of mean and band')
    .option('--difference', 'curves show how far each run is from the first instead of the values')
    .action(
      (
        ids: readonly string[],
        options: CommonOptions & {
          out: string
          smoothing: number
          at: string
          single?: boolean
          difference?: boolean
        },
      ) =>
        withStore(options, async (db) => {
          const { smoothing, at, single = false, difference = false } = options
          const look = { smoothing, at, grouped: !single, difference }
          if (!(smoothing >= 0 && smoothing <= 0.99))
            throw new UserError(`--smoothing is a number from 0 to 0.99, got ${smoothing}.`)
          const file = resolve(options.out)
          await writeFile(file, await reportOf(db, ids, look)).catch((error: Error) => {
            throw new UserError(`The report cannot be written (${error.message}). Choose another file with --out.`)
          })
          printResult({ file, runs: ids }, options, () => `Wrote ${file}.`)
        }),
    )
}

/** The report's own parts are the page's; they are loaded only here, as no other command needs them. */
async function reportOf(
  db: ReadDb,
  ids: readonly string[],
  look: { smoothing: number; at: string; grouped: boolean; difference: boolean },
) {
  const { runReport } = await import('../../src-renderer/chart/report.ts')
  const { comparisonReport } = await import('../../src-renderer/chart/compare/report.ts')
  const { parseSteps } = await import('../../src-renderer/chart/compare/chosen-steps.ts')
  const { emptyColumns, mergeSeries } = await import('../../src-renderer/lib/run-columns.ts')
  const choice = parseSteps(look.at)
  if (choice === null) throw new UserError(`--at is last, best, or steps such as 10,20,40-60, got "${look.at}".`)
  const runs = ids.map((id) => {
    const columns = emptyColumns()
    const detail = getRun(db, id)
    mergeSeries(columns, metricSeries(db, { id, afterStep: -1 }))
    return { detail, columns }
  })
  if (runs.length === 1) return runReport(runs[0]!, look.smoothing, choice)
  const pairs = ids.map((id, index) => (index === 0 ? null : pairedPrompts(db, ids[0]!, id, 1)))
  return comparisonReport({ runs, baseline: 0, band: 'range', pairs, choice, ...look })
}
