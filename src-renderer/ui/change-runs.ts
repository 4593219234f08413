import type { ApiClient } from '../../src-preload/contract/rpc.ts'
import type { RunChanges, RunSummary } from '../../src-preload/contract/run.ts'
import { errorSentence } from '../lib/format.ts'
import { t } from '../lib/i18n/translate.ts'
import { notify } from '../lib/view-state.ts'

export interface RunChange {
  readonly run: Pick<RunSummary, 'id' | 'name' | 'tags' | 'notes'>
  readonly changes: Pick<RunChanges, 'name' | 'tags' | 'notes'>
}

/** Changes what people write about runs, says so in `sentence` and offers to undo it. Resolves to whether it was done. */
export async function changeRuns(client: ApiClient, wanted: readonly RunChange[], sentence: string): Promise<boolean> {
  const change = async (all: readonly RunChange[]): Promise<boolean> => {
    try {
      await Promise.all(all.map(({ run, changes }) => client.call('runs.change', { id: run.id, changes })))
      return true
    } catch (error) {
      notify('error', errorSentence(error))
      return false
    }
  }
  const done = await change(wanted)
  const before = wanted.map(({ run, changes }) => ({ run, changes: asBefore(run, changes) }))
  if (done) notify('info', sentence, { label: t('Undo'), run: () => void change(before) })
  return done
}

/** What of a run the changes are about, as it is. */
const asBefore = (run: RunChange['run'], changes: RunChange['changes']): RunChange['changes'] => ({
  ...(changes.name === undefined ? {} : { name: run.name }),
  ...(changes.tags === undefined ? {} : { tags: [...run.tags] }),
  ...(changes.notes === undefined ? {} : { notes: run.notes }),
})
