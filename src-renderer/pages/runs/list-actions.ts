import type { ApiClient } from '../../../src-preload/contract/rpc.ts'
import { isActive, isResumable, type RunSummary } from '../../../src-preload/contract/run.ts'
import type { Action } from '../../commands/actions.ts'
import { t } from '../../lib/i18n/translate.ts'
import { links } from '../../lib/links.ts'

export interface ListActionContext {
  readonly client: ApiClient
  readonly marked: readonly RunSummary[]
  readonly go: (address: string) => void
  readonly save: (runs: readonly RunSummary[]) => void
  readonly exportFiles: (runs: readonly RunSummary[]) => Promise<void>
  readonly deleted: (runs: readonly RunSummary[]) => void
  readonly failed: (error: unknown) => void
  readonly unmark: () => void
  readonly search: () => void
}

/** What can be done with the list: compare, save, queue, delete or unmark the marked runs; search. */
export function listActions({ marked, ...context }: ListActionContext): Action[] {
  const { client, go, save, exportFiles, deleted, failed, unmark, search } = context
  const action = (id: string, label: string, enabled: boolean, run: Action['run'], shortcut?: string): Action => ({
    id,
    label,
    section: t('Runs'),
    enabled,
    run,
    ...(shortcut ? { shortcut } : {}),
  })
  const ended = marked.filter((run) => !isActive(run.status))
  const resumable = marked.filter((run) => isResumable(run.status))
  const call = async (name: 'queue.repeat' | 'queue.add', runs: readonly RunSummary[]): Promise<void> => {
    try {
      await client.call(name, { ids: runs.map((run) => run.id) })
    } catch (error) {
      failed(error)
    }
  }
  const deleteEnded = async (): Promise<void> => {
    const calls = ended.map((run) => client.call('runs.delete', { id: run.id }))
    const settled = await Promise.allSettled(calls)
    const gone = ended.filter((_, index) => settled[index]!.status === 'fulfilled')
    if (gone.length > 0) deleted(gone)
    for (const result of settled) if (result.status === 'rejected') failed(result.reason)
  }
  const some = marked.length > 0
  return [
    action(
      'runs.compare',
      t('Compare the marked runs'),
      marked.length >= 2,
      () => go(links.compare(marked.map((run) => run.id))),
      'c',
    ),
    action('runs.clone', t('Clone the marked run'), marked.length === 1, () => go(links.cloneRun(marked[0]!.id)), 'd'),
    action('runs.export', t('Save the marked runs'), some, () => save(marked)),
    action('runs.export-files', t('Export the marked runs as files'), some, () => exportFiles(marked)),
    action('runs.repeat', t('Queue the marked runs again'), some, () => call('queue.repeat', marked)),
    action('runs.queue', t('Queue the marked runs to resume'), resumable.length > 0, () =>
      call('queue.add', resumable),
    ),
    action('runs.delete-marked', t('Delete the marked runs'), ended.length > 0, deleteEnded, 'Delete'),
    action('runs.unmark', t('Unmark the marked runs'), some, unmark, 'Escape'),
    action('runs.search', t('Search runs'), true, search, '/'),
  ]
}
