import type { Command } from 'commander'
import { fitRewardEntropy } from '../../src-preload/contract/reward-entropy.ts'
import { metricSeries } from '../store/metrics.ts'
import { runRow } from '../store/runs.ts'
import { UserError } from '../util/assert.ts'
import { fixed, printResult } from './output.ts'
import { type CommonOptions, common, withStore } from './workspace.ts'

/** `fit`: how much reward a run buys with its entropy. */
export function addFitCommand(program: Command): void {
  common(program.command('fit <run>'))
    .description('Fits reward = b − a · exp(entropy) over the steps of a run (arXiv 2505.22617).')
    .action((id: string, options: CommonOptions) =>
      withStore(options, (db) => {
        runRow(db, id)
        const { values } = metricSeries(db, { id, afterStep: 0, names: ['reward', 'entropy'] })
        const fit = fitRewardEntropy(values.reward ?? [], values.entropy ?? [])
        if (!fit)
          throw new UserError(`The run "${id}" has too few steps for a fit: it takes three of different entropy.`)
        printResult(
          fit,
          options,
          ({ a, b, ceiling, rSquared, steps }) =>
            `reward = ${fixed(b)} − ${fixed(a)} · exp(entropy) over ${steps} steps, R² ${fixed(rSquared, 3)}; ${fixed(ceiling)} where no entropy is left`,
        )
      }),
    )
}
