import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from 'commander'
import type { PassDetail, PassSummary } from '../../src-preload/contract/curriculum.ts'
import { passDetail, passPrompts, startPass, stopRunningPass } from '../services/curriculum.ts'
import { openStore } from '../store/open.ts'
import { hidePass, listPasses, passSummary, stopPass } from '../store/semantic-entropy.ts'
import type { WriteDb } from '../store/sql.ts'
import { workspaceFolder } from '../store/workspace.ts'
import { UserError } from '../util/assert.ts'
import { collect, wholeNumber } from './options.ts'
import { fixed, ProgressLine, printRecords, printResult, table } from './output.ts'
import { readRecipe } from './recipe.ts'

interface CommonOptions {
  readonly data?: string
  readonly json?: boolean
}

const pollMs = 250
const barWidth = 40

/** `curriculum …`: semantic-entropy passes, which a run with `curriculum.order: semantic_entropy` sorts its problems by. */
export function addCurriculumCommands(program: Command): void {
  const group = program
    .command('curriculum')
    .description('Semantic entropy of training prompts: sample it, look at it, and see the stages it makes.')
  addSample(group)
  addShow(group)
  addOthers(group)
}

const common = (command: Command): Command =>
  command
    .option('--data <folder>', 'workspace folder (default: QUIVER_WORKSPACE or the user data folder)')
    .option('--json', 'machine-readable output')

async function withStore<Result>({ data }: CommonOptions, work: (db: WriteDb) => Result): Promise<Awaited<Result>> {
  const db = openStore(workspaceFolder(data), 'write')
  try {
    return await work(db)
  } finally {
    db.close()
  }
}

function addSample(group: Command): void {
  common(group.command('sample <recipe>'))
    .description(
      "Samples answers to a recipe's training prompts, ahead of its run, and shows what came out. Goes on where it was.",
    )
    .option('--set <a.b=value>', 'changes one setting; may be repeated', collect, [])
    .action(async (recipe: string, options: CommonOptions & { set: readonly string[] }) => {
      const config = await readRecipe(recipe, options.set)
      await withStore(options, async (db) => {
        const id = await startPass(db, config)
        process.stderr.write(`pass ${id}\n`)
        const { status, message } = await follow(db, id)
        if (status !== 'finished')
          throw new UserError(message ?? `The pass "${id}" is ${status}. Give the same command again to go on.`)
        printResult(passDetail(db, id, config.curriculum.stages), options, describe)
      })
    })
}

/** Watches a pass to its end. The first interrupt (Ctrl-C) asks it to stop; a second one leaves it to work on. */
async function follow(db: WriteDb, id: string): Promise<PassSummary> {
  const line = new ProgressLine()
  let interrupts = 0
  const interrupt = (): void => {
    if (interrupts++ === 0) stopPass(db, id)
  }
  process.on('SIGINT', interrupt)
  try {
    for (;;) {
      const summary = passSummary(db, id)
      const { done, prompts, status } = summary
      if (prompts !== null) line.show(done / prompts, `${done} of ${prompts} prompts`)
      if (status !== 'running' || interrupts > 1) return summary
      await sleep(pollMs)
    }
  } finally {
    process.off('SIGINT', interrupt)
    line.end()
  }
}

function addShow(group: Command): void {
  common(group.command('show <pass>'))
    .description('Histogram over the prompts with their accuracy, and the stages of a curriculum.')
    .option('--stages <count>', 'stages to cut into', wholeNumber, 2)
    .option('--prompts <count>', 'list so many prompts instead, lowest entropy first', wholeNumber)
    .option('--highest', 'with --prompts: highest entropy first')
    .action((pass: string, options: CommonOptions & { stages: number; prompts?: number; highest?: boolean }) =>
      withStore(options, (db) => {
        if (options.stages < 1) throw new UserError('--stages is at least 1, got 0.')
        if (options.prompts === undefined) return printResult(passDetail(db, pass, options.stages), options, describe)
        const part = { id: pass, offset: 0, limit: options.prompts, highestFirst: options.highest ?? false }
        printRecords(passPrompts(db, part), options, {
          id: ({ promptId }) => promptId,
          entropy: ({ entropy }) => fixed(entropy),
          accuracy: ({ accuracy }) => fixed(accuracy, 3),
          answers: ({ clusters }) =>
            clusters.map(({ answer, count, correct }) => `${answer ?? '–'}${correct ? '✓' : ''}×${count}`).join(' '),
          prompt: ({ prompt }) => JSON.stringify(prompt.slice(0, 60)),
        })
      }),
    )
}

function addOthers(group: Command): void {
  common(group.command('list'))
    .description('Lists the passes, newest first.')
    .action((options: CommonOptions) =>
      withStore(options, (db) =>
        printRecords(listPasses(db), options, {
          pass: ({ id }) => id,
          status: ({ status }) => status,
          prompts: ({ done, prompts }) => `${done}/${prompts ?? '?'}`,
          samples: ({ settings }) => String(settings.num_samples),
          model: ({ settings }) => settings.model,
          dataset: ({ settings }) => settings.dataset,
        }),
      ),
    )
  common(group.command('stop <pass>'))
    .description('Stops a running pass after its batch; what is sampled stays.')
    .action((pass: string, options: CommonOptions) =>
      withStore(options, (db) => {
        stopRunningPass(db, pass)
        printResult({ id: pass, stopping: true }, options, () => `Asked ${pass} to stop.`)
      }),
    )
  common(group.command('delete <pass>'))
    .description('Deletes a pass that is not running. For ten minutes, starting it again brings its samples back.')
    .action((pass: string, options: CommonOptions) =>
      withStore(options, (db) => {
        hidePass(db, pass, Date.now())
        printResult({ id: pass, deleted: true }, options, () => `Deleted ${pass}.`)
      }),
    )
}

function describe({ summary, histogram, stages, unanswered, means }: PassDetail): string {
  const largest = Math.max(1, ...histogram.map(({ prompts }) => prompts))
  const bars = table(histogram, {
    'entropy from': ({ from }) => fixed(from, 3),
    prompts: ({ prompts }) => String(prompts),
    accuracy: ({ accuracy }) => fixed(accuracy, 3),
    '': ({ prompts }) => '█'.repeat(Math.round((prompts / largest) * barWidth)),
  })
  const parts = table(
    stages.map((stage, index) => ({ ...stage, index })),
    {
      stage: ({ index }) => String(index + 1),
      prompts: ({ prompts }) => String(prompts),
      'entropy from': ({ lowest }) => fixed(lowest),
      to: ({ highest }) => fixed(highest),
      accuracy: ({ accuracy }) => fixed(accuracy, 3),
    },
  )
  const { id, status, done, prompts, settings } = summary
  const head = `${id}: ${status}, ${done} of ${prompts ?? '?'} prompts, ${settings.num_samples} samples each`
  if (means === null) return head
  const summarised = `mean entropy ${fixed(means.entropy)} nats, accuracy ${fixed(means.accuracy, 3)}, ${unanswered} responses without an answer`
  return [head, summarised, '', bars, '', parts].join('\n')
}
