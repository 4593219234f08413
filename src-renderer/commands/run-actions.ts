import type { ApiClient } from '../../src-preload/contract/rpc.ts'
import { isActive, isResumable, type RunSummary } from '../../src-preload/contract/run.ts'
import { errorSentence } from '../lib/format.ts'
import { t } from '../lib/i18n/translate.ts'
import type { Question } from '../lib/view-state.ts'
import type { Action } from './actions.ts'

/** What of a deleted run is needed to bring it back to where it was. */
export type DeletedRun = Pick<RunSummary, 'id' | 'name' | 'queuePlace'>

export interface RunActionContext {
  readonly client: ApiClient
  readonly ask: (question: Question) => void
  /** Says what was done, and offers to undo it. */
  readonly takenBack: (sentence: string, undo: () => Promise<void>) => void
  readonly failed: (sentence: string) => void
  /** Opens a new run with the settings of this one. */
  readonly clone: (id: string) => void
  /** The runs are hidden; for some minutes they can be brought back. */
  readonly deleted: (runs: readonly DeletedRun[]) => void
}

/** What of a run decides what can be done with it. */
export interface ActionableRun
  extends Pick<RunSummary, 'id' | 'name' | 'status' | 'pending' | 'pinned' | 'queuePlace'> {
  /** It has recorded steps and no checkpoint to go on from. */
  readonly startsOver: boolean
}

/** What can be done with one run. The same list feeds the run's buttons, the list's menu, the palette and the keys. */
export function runActions(run: ActionableRun, context: RunActionContext): Action[] {
  const { client, ask, failed, clone, deleted } = context
  const guarded = (work: () => Promise<unknown>) => async (): Promise<void> => {
    try {
      await work()
    } catch (error) {
      failed(errorSentence(error))
    }
  }
  const call = (name: 'runs.pause' | 'runs.resume' | 'runs.stop') => guarded(() => client.call(name, { id: run.id }))
  const queued = run.queuePlace !== null
  const section = run.name
  const resumable = isResumable(run.status)
  const askedFirst = (work: () => Promise<void>) => (): void | Promise<void> =>
    resumable && run.startsOver
      ? ask({
          title: t('Start “{run}” over?', { run: run.name }),
          text: t(
            'It has no checkpoint to go on from: it begins again with the model it started from, and its recorded steps and responses are removed. To keep them, clone the run.',
          ),
          confirm: t('Start over'),
          run: work,
        })
      : work()
  return [
    {
      id: 'run.pause',
      label: t('Pause'),
      shortcut: 'p',
      section,
      enabled: run.status === 'running' && run.pending === null,
      run: call('runs.pause'),
    },
    {
      id: 'run.resume',
      label: queued ? t('Start now') : resumable ? resumeLabel(run) : t('Resume'),
      shortcut: 'p',
      section,
      enabled: queued || ((run.status === 'paused' || resumable) && run.pending === null),
      run: askedFirst(call('runs.resume')),
    },
    {
      id: 'run.stop',
      label: t('Stop'),
      shortcut: 's',
      section,
      enabled: isActive(run.status) && run.status !== 'stopping' && run.pending !== 'stop',
      run: () =>
        ask({
          title: t('Stop “{run}”?', { run: run.name }),
          text: t('It writes a checkpoint first, and can be resumed from it later.'),
          confirm: t('Stop the run'),
          run: call('runs.stop'),
        }),
    },
    ...queueActions(run, context, guarded, askedFirst),
    { id: 'run.clone', label: t('Clone'), shortcut: 'd', section, enabled: true, run: () => clone(run.id) },
    {
      id: 'run.pin',
      label: run.pinned ? t('Unpin') : t('Pin to the top'),
      shortcut: 'k',
      section,
      enabled: true,
      run: guarded(() => client.call('runs.change', { id: run.id, changes: { pinned: !run.pinned } })),
    },
    {
      id: 'run.delete',
      label: t('Delete'),
      shortcut: 'Delete',
      section,
      enabled: !isActive(run.status),
      run: guarded(async () => {
        await client.call('runs.delete', { id: run.id })
        deleted([run])
      }),
    },
  ]
}

const resumeLabel = ({ startsOver }: ActionableRun): string =>
  startsOver ? t('Start over: there is no checkpoint') : t('Resume from the last checkpoint')

/** What concerns the queue: to wait there, to move in it, to leave it. */
function queueActions(
  run: ActionableRun,
  { client, takenBack }: RunActionContext,
  guarded: (work: () => Promise<unknown>) => () => Promise<void>,
  askedFirst: (work: () => Promise<void>) => () => void | Promise<void>,
): Action[] {
  const { id, queuePlace: place, name: section } = run
  const move = (to: number) => guarded(() => client.call('queue.move', { id, place: to }))
  return [
    {
      id: 'run.queue',
      label: t('Queue to resume'),
      shortcut: 'q',
      section,
      enabled: isResumable(run.status) && run.pending === null,
      run: askedFirst(guarded(() => client.call('queue.add', { ids: [id] }))),
    },
    {
      id: 'run.queue-earlier',
      label: t('Move up in the queue'),
      shortcut: 'Shift+ArrowUp',
      section,
      enabled: place !== null && place > 1,
      run: move((place ?? 1) - 1),
    },
    {
      id: 'run.queue-later',
      label: t('Move down in the queue'),
      shortcut: 'Shift+ArrowDown',
      section,
      enabled: place !== null,
      run: move((place ?? 1) + 1),
    },
    {
      id: 'run.unqueue',
      label: t('Take out of the queue'),
      shortcut: 'u',
      section,
      enabled: place !== null,
      run: guarded(async () => {
        await client.call('runs.stop', { id })
        takenBack(
          t('“{run}” is taken out of the queue.', { run: section }),
          guarded(async () => {
            await client.call('queue.add', { ids: [id] })
            if (place !== null) await client.call('queue.move', { id, place })
          }),
        )
      }),
    },
    {
      id: 'run.repeat',
      label: t('Queue again as a new run'),
      shortcut: 'Shift+Q',
      section,
      enabled: place === null,
      run: guarded(() => client.call('queue.repeat', { ids: [id] })),
    },
  ]
}
