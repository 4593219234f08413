import { useMemo, useState } from 'react'
import { useLocation } from 'wouter'
import type { ConfigIssue } from '../../../src-preload/contract/config.ts'
import { useServices } from '../../lib/context.tsx'
import type { ConfigDocument } from '../../lib/form/config-document.ts'
import { errorSentence } from '../../lib/format.ts'
import { t } from '../../lib/i18n/translate.ts'
import { links } from '../../lib/links.ts'
import { notify } from '../../lib/view-state.ts'

interface StartState {
  /** Which of the two is under way. */
  readonly busy: 'start' | 'queue' | null
  readonly error: string | null
}

/** Starts or queues the run of a document; both are null while it does not fit. */
export function useStart(document: ConfigDocument, issues: readonly ConfigIssue[]) {
  const { client } = useServices()
  const [, go] = useLocation()
  const [state, setState] = useState<StartState>({ busy: null, error: null })
  const ready = document.syntaxError === null && issues.length === 0 && state.busy === null
  const calls = useMemo(() => {
    const make = (busy: 'start' | 'queue', made: (id: string) => void) => async (): Promise<void> => {
      setState({ busy, error: null })
      try {
        const { id } = await client.call('runs.create', { config: document.text, queue: busy === 'queue' })
        made(id)
      } catch (error) {
        setState({ busy: null, error: errorSentence(error) })
      }
    }
    // The page stays, so that more runs can follow.
    const queued = (id: string): void => {
      setState({ busy: null, error: null })
      notify('done', t('The run is in the queue.'), { label: t('Show'), run: () => go(links.run(id)) })
    }
    return { start: make('start', (id) => go(links.run(id))), queue: make('queue', queued) }
  }, [client, document.text, go])
  return { ...(ready ? calls : { start: null, queue: null }), ...state }
}
