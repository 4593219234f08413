import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from 'commander'
import { isActive, type RunSummary } from '../../src-preload/contract/run.ts'
import { queueRuns, repeatRuns } from '../services/queue.ts'
import { command, startQueuedRuns } from '../services/runs.ts'
import { reconcileRuns } from '../store/ownership.ts'
import { moveInQueue, queuedRuns } from '../store/queue.ts'
import { listRuns, runSummary } from '../store/runs.ts'
import { changeSettings, settings } from '../store/settings.ts'
import type { ReadDb, WriteDb } from '../store/sql.ts'
import { UserError } from '../util/assert.ts'
import { wholeNumber } from './options.ts'
import { ProgressLine, printRecords, printResult } from './output.ts'
import { type CommonOptions, common, withStore } from './workspace.ts'

const pollMs = 500

/** `queue …`: the runs that wait for their turn. */
export function addQueueCommands(program: Command): void {
  const group = program
    .command('queue')
    .description(
      'Runs that wait for their turn. The app, `quiver serve` or `quiver queue work` starts the next one while fewer runs than the limit are starting, running, paused or stopping.',
    )
  addListing(group)
  addChanges(group)
  addSettings(group)
  addWork(group)
}

/** Waiting runs by place. */
const queue = (db: ReadDb): RunSummary[] => queuedRuns(db).map((id) => runSummary(db, id))

function printQueue(db: ReadDb, options: CommonOptions): void {
  printRecords(queue(db), options, {
    place: ({ queuePlace }) => String(queuePlace),
    run: ({ id }) => id,
    method: ({ method }) => method,
    step: ({ step, steps }) => `${step}/${steps}`,
  })
  const { queueHeld, maxActiveRuns } = settings(db)
  process.stderr.write(`${queueHeld ? 'The queue is held. ' : ''}Runs at once: ${maxActiveRuns}.\n`)
}

function addListing(group: Command): void {
  common(group.command('list', { isDefault: true }))
    .description('Lists the queue, the next run first.')
    .action((options: CommonOptions) => withStore(options, (db) => printQueue(db, options)))
}

function addChanges(group: Command): void {
  const change = (words: string, description: string, work: (db: WriteDb, ...given: string[]) => unknown): void => {
    common(group.command(words))
      .description(description)
      .action((first: string | string[], ...rest: unknown[]) => {
        const options = rest.at(-2) as CommonOptions
        const given = Array.isArray(first) ? first : [first, ...(rest.slice(0, -2) as string[])]
        return withStore(options, async (db) => {
          await work(db, ...given)
          printQueue(db, options)
        })
      })
  }
  change(
    'add <runs...>',
    'Puts stopped, failed or interrupted runs at the end: they go on when it is their turn.',
    (db, ...ids) => queueRuns(db, ids),
  )
  change('repeat <runs...>', 'Queues a new run of the same config for each run.', (db, ...ids) => repeatRuns(db, ids))
  change('move <run> <place>', 'Moves a queued run to a place, from 1.', (db, id, place) =>
    moveInQueue(db, id!, wholeNumber(place!)),
  )
  change('remove <run>', 'Takes a run out of the queue; it is then stopped, and can be resumed.', (db, id) => {
    if (runSummary(db, id!).status !== 'queued') throw new UserError(`The run "${id}" is not in the queue.`)
    command(db, id!, 'stop')
  })
}

function addSettings(group: Command): void {
  const set = (
    words: string,
    description: string,
    changes: (value: string) => Parameters<typeof changeSettings>[1],
  ): void => {
    common(group.command(words))
      .description(description)
      .action((...given: unknown[]) => {
        const options = given.at(-2) as CommonOptions
        return withStore(options, (db) => {
          changeSettings(db, changes(String(given[0])))
          printQueue(db, options)
        })
      })
  }
  set('hold', 'No queued run starts by itself until the queue is released.', () => ({ queueHeld: true }))
  set('release', 'Queued runs start again.', () => ({ queueHeld: false }))
  set('limit <count>', 'How many runs may be active at once, 1 to 16.', (count) => {
    const maxActiveRuns = wholeNumber(count)
    if (maxActiveRuns < 1 || maxActiveRuns > 16) throw new UserError(`The limit is 1 to 16 runs, got ${count}.`)
    return { maxActiveRuns }
  })
}

function addWork(group: Command): void {
  common(group.command('work'))
    .description(
      'Starts queued runs in turn until none waits and none is active. Ctrl-C leaves the active ones training.',
    )
    .action((options: CommonOptions) =>
      withStore(options, async (db) => {
        if (settings(db).queueHeld) throw new UserError('The queue is held. Release it first: quiver queue release')
        const known = new Set(queuedRuns(db))
        const line = new ProgressLine()
        for (;;) {
          reconcileRuns(db)
          startQueuedRuns(db)
          const waiting = queuedRuns(db)
          for (const id of waiting) known.add(id)
          const active = listRuns(db).filter((run) => isActive(run.status))
          if (waiting.length === 0 && active.length === 0) break
          line.show(...progress(active, waiting.length))
          await sleep(pollMs)
        }
        line.end()
        const ended = [...known].map((id) => runSummary(db, id))
        printResult(ended, options, (runs) => runs.map(({ id, status }) => `${id}: ${status}`).join('\n'))
      }),
    )
}

function progress(active: readonly RunSummary[], waiting: number): [share: number, text: string] {
  const [first] = active
  const names = active.map(({ id, step, steps }) => `${id} ${step}/${steps}`).join(', ')
  return [first ? first.step / first.steps : 0, `${names || 'starting'}; ${waiting} waiting`]
}
