import type { Command } from 'commander'
import type { RunSummary } from '../../src-preload/contract/run.ts'
import { isActive } from '../../src-preload/contract/run.ts'
import { configWarnings } from '../../src-preload/contract/warnings.ts'
import { checkConfig } from '../services/check-config.ts'
import { queueNewRun, resumeRun, startRun } from '../services/runs.ts'
import { setCommand } from '../store/commands.ts'
import { metricSeries } from '../store/metrics.ts'
import { groupsOfStep } from '../store/rollouts.ts'
import { getRun, listRuns, runSummary } from '../store/runs.ts'
import type { WriteDb } from '../store/sql.ts'
import { UserError } from '../util/assert.ts'
import { estimateConfig, estimateLines } from './estimate-lines.ts'
import { collect, wholeNumber } from './options.ts'
import { duration, fixed, printRecords, printResult, warningLines } from './output.ts'
import { readRecipe } from './recipe.ts'
import { follow, traceTokens, waitUntilIdle } from './run-commands.ts'
import { type CommonOptions, common, withStore } from './workspace.ts'

/** `train`, `resume`, `pause`, `stop`, `runs`, `show`, `metrics`, `rollouts`, `trace`. */
export function addRunCommands(program: Command): void {
  addTrain(program)
  addControl(program)
  addReading(program)
}

/** Follows a run to its end; only a finished or stopped run is a success. */
async function followAndReport(db: WriteDb, runId: string, options: CommonOptions): Promise<void> {
  const summary = await follow(db, runId)
  const last = metricSeries(db, { id: runId, afterStep: summary.step - 1 })
  const metrics = Object.fromEntries(Object.entries(last.values).map(([name, column]) => [name, column.at(-1) ?? null]))
  printResult({ ...summary, metrics }, options, () => reportText(summary))
  if (!['finished', 'stopped'].includes(summary.status) && !isActive(summary.status))
    throw new UserError(summary.message ?? `The run is ${summary.status}.`)
}

const reportText = ({ id, status, step, steps, lastReward, elapsedMs }: RunSummary): string =>
  `${id}: ${status} at step ${step} of ${steps} after ${duration(elapsedMs)}, last reward ${fixed(lastReward, 3)}`

function addTrain(program: Command): void {
  common(program.command('train <recipe>'))
    .description('Trains to the end with a progress bar. The recipe is a YAML file or the name of a shipped one.')
    .option('--set <a.b=value>', 'changes one setting; may be repeated', collect, [])
    .option('--queue', 'puts the run at the end of the queue instead of starting it')
    .action(async (recipe: string, options: CommonOptions & { set: readonly string[]; queue?: boolean }) => {
      const config = await readRecipe(recipe, options.set)
      for (const line of warningLines(configWarnings(config))) process.stderr.write(`${line}\n`)
      await withStore(options, async (db) => {
        const { issues } = await checkConfig(db, config)
        if (issues.length === 0)
          for (const sentence of estimateLines(await estimateConfig(db, config))) process.stderr.write(`${sentence}\n`)
        if (options.queue) return printQueued(runSummary(db, await queueNewRun(db, config)), options)
        const runId = await startRun(db, config)
        process.stderr.write(`run ${runId}\n`)
        await followAndReport(db, runId, options)
      })
    })
}

function printQueued(summary: RunSummary, options: CommonOptions): void {
  printResult(summary, options, ({ id, queuePlace }) =>
    queuePlace === null ? `${id} starts: no run is active.` : `${id} waits at place ${queuePlace} of the queue.`,
  )
}

function addControl(program: Command): void {
  common(program.command('resume <run>'))
    .description('Goes on with a paused, stopped, failed or interrupted run, to the end.')
    .action((runId: string, options: CommonOptions) =>
      withStore(options, async (db) => {
        resumeRun(db, runId)
        await followAndReport(db, runId, options)
      }),
    )
  common(program.command('pause <run>'))
    .description('Holds a run: memory is kept, nothing computes.')
    .action((runId: string, options: CommonOptions) => withStore(options, (db) => ask(db, runId, 'pause', options)))
  common(program.command('stop <run>'))
    .description('Stops a run at a safe point with a checkpoint, and waits for it.')
    .action((runId: string, options: CommonOptions) =>
      withStore(options, async (db) => {
        ask(db, runId, 'stop', { json: true, quiet: true })
        const summary = await waitUntilIdle(db, runId)
        printResult(summary, options, reportText)
      }),
    )
}

function ask(
  db: WriteDb,
  runId: string,
  command: 'pause' | 'stop',
  options: CommonOptions & { quiet?: boolean },
): void {
  const summary = runSummary(db, runId)
  if (!isActive(summary.status))
    throw new UserError(`The run "${runId}" is ${summary.status}: there is nothing to ${command}.`)
  setCommand(db, runId, command)
  if (!options.quiet) printResult({ id: runId, pending: command }, options, () => `Asked ${runId} to ${command}.`)
}

function addReading(program: Command): void {
  common(program.command('runs'))
    .description('Lists the runs, newest first.')
    .action((options: CommonOptions) =>
      withStore(options, (db) =>
        printRecords(listRuns(db), options, {
          run: ({ id }) => id,
          method: ({ method }) => method,
          status: ({ status }) => status,
          step: ({ step, steps }) => `${step}/${steps}`,
          reward: ({ lastReward }) => fixed(lastReward, 3),
          left: ({ etaMs }) => duration(etaMs),
          alarms: ({ alarms }) => alarms.map(({ rule }) => rule).join(' '),
        }),
      ),
    )
  common(program.command('show <run>'))
    .description('A run with its config, events, checkpoints and evaluations.')
    .action((runId: string, options: CommonOptions) =>
      withStore(options, (db) => printResult(getRun(db, runId), options, (run) => JSON.stringify(run, null, 2))),
    )
  common(program.command('metrics <run>'))
    .description('Metrics per step.')
    .option('--name <metric>', 'only this metric; may be repeated', collect, [])
    .option('--after <step>', 'only later steps', wholeNumber)
    .action((runId: string, options: CommonOptions & { name: string[]; after?: number }) =>
      withStore(options, (db) => printMetrics(db, runId, options)),
    )
  common(program.command('rollouts <run>'))
    .description('The responses of a step, in groups.')
    .requiredOption('--step <step>', 'the step', wholeNumber)
    .action((runId: string, options: CommonOptions & { step: number }) =>
      withStore(options, (db) => {
        const groups = groupsOfStep(db, runId, options.step)
        if (groups.length === 0)
          throw new UserError(`The run "${runId}" has no stored rollouts of step ${options.step}.`)
        printRecords(
          groups.flatMap((group) =>
            group.rollouts.map((rollout) => ({ ...rollout, prompt: group.prompt, answer: group.answer })),
          ),
          options,
          {
            rollout: ({ id }) => String(id),
            group: ({ group }) => String(group),
            reward: ({ reward }) => fixed(reward, 2),
            advantage: ({ advantage }) => fixed(advantage, 2),
            entropy: ({ meanEntropy }) => fixed(meanEntropy, 3),
            tokens: ({ tokens }) => String(tokens),
            response: ({ preview }) => JSON.stringify(preview.slice(0, 60)),
          },
        )
      }),
    )
  common(program.command('trace <run> <rollout>'))
    .description('The tokens of a response with log-probabilities, entropy and flags.')
    .action((runId: string, rollout: string, options: CommonOptions) =>
      withStore(options, (db) =>
        printRecords(traceTokens(db, runId, wholeNumber(rollout)), options, {
          token: ({ text }) => JSON.stringify(text),
          id: ({ id }) => String(id),
          rollout: ({ rolloutLogprob }) => fixed(rolloutLogprob),
          policy: ({ policyLogprob }) => fixed(policyLogprob),
          reference: ({ referenceLogprob }) => fixed(referenceLogprob),
          entropy: ({ entropy }) => fixed(entropy),
          flags: ({ flags }) => String(flags),
        }),
      ),
    )
}

function printMetrics(db: WriteDb, runId: string, options: CommonOptions & { name: string[]; after?: number }): void {
  runSummary(db, runId)
  const series = metricSeries(db, {
    id: runId,
    afterStep: options.after ?? -1,
    ...(options.name.length > 0 ? { names: options.name } : {}),
  })
  const rows = series.steps.map((step, index) => ({
    step,
    ...Object.fromEntries(Object.entries(series.values).map(([name, column]) => [name, column[index] ?? null])),
  }))
  const shown =
    options.name.length > 0
      ? options.name
      : ['reward', 'accuracy', 'entropy', 'kl', 'clip_ratio', 'grad_norm', 'eval/greedy']
  const value = (row: Readonly<Record<string, number | null>>, name: string): string => fixed(row[name])
  printRecords<Readonly<Record<string, number | null>>>(rows, options, {
    step: (row) => String(row.step),
    ...Object.fromEntries(
      shown.map((name) => [name, (row: Readonly<Record<string, number | null>>) => value(row, name)]),
    ),
  })
}
