import { type Command, Option } from 'commander'
import { tokenTableInput } from '../../src-preload/contract/tokens.ts'
import { runRow } from '../store/runs.ts'
import { tokenTable } from '../store/token-entropies.ts'
import { UserError } from '../util/assert.ts'
import { wholeNumber } from './options.ts'
import { fixed, printRecords } from './output.ts'
import { type CommonOptions, common, withStore } from './workspace.ts'

interface TokensOptions extends CommonOptions {
  readonly step?: number
  readonly class: string
  readonly order: string
  readonly minCount: number
  readonly limit: number
}

const { shape } = tokenTableInput

/** `tokens`: which tokens a run samples where it is unsure, and which where it is sure. */
export function addTokensCommand(program: Command): void {
  common(program.command('tokens <run>'))
    .description('Tokens by the mean entropy of the positions at which they were sampled.')
    .option('--step <step>', 'only this step; the whole run when absent', wholeNumber)
    .addOption(
      new Option('--class <class>', "only tokens of this class of the run's method")
        .choices(shape.class.unwrap().options)
        .default('all'),
    )
    .addOption(
      new Option('--order <order>', 'highest or lowest entropy first')
        .choices(shape.order.unwrap().options)
        .default('high'),
    )
    .option('--min-count <count>', 'leave out rarer tokens; the papers use 100', wholeNumber, 10)
    .option('--limit <count>', 'most tokens', wholeNumber, 100)
    .action((id: string, { step, class: wanted, order, minCount, limit, ...options }: TokensOptions) =>
      withStore(options, (db) => {
        runRow(db, id)
        const given = { id, class: wanted, order, minCount: Math.max(1, minCount), limit: Math.max(1, limit) }
        const table = tokenTable(db, tokenTableInput.parse(step === undefined ? given : { ...given, step }))
        if (table.steps === 0)
          throw new UserError(`The run "${id}" has no tokens recorded${step === undefined ? '' : ` of step ${step}`}.`)
        printRecords(table.rows, options, {
          token: ({ text }) => JSON.stringify(text),
          id: ({ id: token }) => String(token),
          occurrences: ({ occurrences }) => String(occurrences),
          'mean entropy': ({ meanEntropy }) => fixed(meanEntropy),
        })
      }),
    )
}
