import type { ApiClient } from '../../src-preload/contract/rpc.ts'
import { isActive, isResumable, type RunSummary } from '../../src-preload/contract/run.ts'
import { errorSentence } from '../lib/format.ts'
import { t } from '../lib/i18n/translate.ts'
import type { Question } from '../lib/view-state.ts'
import type { Action } from './actions.ts'

export interface RunActionContext {
  readonly client: ApiClient
  readonly ask: (question: Question) => void
  readonly failed: (sentence: string) => void
  /** The runs are hidden; for some minutes they can be brought back. */
  readonly deleted: (runs: readonly Pick<RunSummary, 'id' | 'name'>[]) => void
}

/** What of a run decides what can be done with it. */
export type ActionableRun = Pick<RunSummary, 'id' | 'name' | 'status' | 'pending' | 'pinned'>

/** What can be done with one run. The same list feeds the run's buttons, the list's menu, the palette and the keys. */
export function runActions(run: ActionableRun, context: RunActionContext): Action[] {
  const { client, ask, failed, deleted } = context
  const call = (name: 'runs.pause' | 'runs.resume' | 'runs.stop' | 'runs.delete') => async (): Promise<void> => {
    try {
      await client.call(name, { id: run.id })
      if (name === 'runs.delete') deleted([run])
    } catch (error) {
      failed(errorSentence(error))
    }
  }
  const section = run.name
  const resumable = isResumable(run.status)
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
      label: resumable ? t('Resume from the last checkpoint') : t('Resume'),
      shortcut: 'p',
      section,
      enabled: (run.status === 'paused' || resumable) && run.pending === null,
      run: call('runs.resume'),
    },
    {
      id: 'run.stop',
      label: t('Stop'),
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
    {
      id: 'run.pin',
      label: run.pinned ? t('Unpin') : t('Pin to the top'),
      section,
      enabled: true,
      run: async () => {
        try {
          await client.call('runs.change', { id: run.id, changes: { pinned: !run.pinned } })
        } catch (error) {
          failed(errorSentence(error))
        }
      },
    },
    {
      id: 'run.delete',
      label: t('Delete'),
      section,
      enabled: !isActive(run.status),
      run: call('runs.delete'),
    },
  ]
}
