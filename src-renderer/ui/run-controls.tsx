import {
  ArrowDown,
  ArrowUp,
  CirclePause,
  CirclePlay,
  CircleStop,
  CopyPlus,
  GitFork,
  ListPlus,
  ListX,
  Pin,
  Trash2,
} from 'lucide-react'
import { useMemo } from 'react'
import { useLocation } from 'wouter'
import type { ApiClient } from '../../src-preload/contract/rpc.ts'
import type { RunSummary } from '../../src-preload/contract/run.ts'
import type { Action } from '../commands/actions.ts'
import { type DeletedRun, runActions } from '../commands/run-actions.ts'
import { useServices } from '../lib/context.tsx'
import { errorSentence } from '../lib/format.ts'
import { msg, t, tn } from '../lib/i18n/translate.ts'
import { links } from '../lib/links.ts'
import { notify, useView } from '../lib/view-state.ts'
import { Button } from './button.tsx'

/** The actions of a run, ready for buttons, palette and keys. */
export function useRunActions(run: RunSummary): readonly Action[] {
  const { client } = useServices()
  const [location, go] = useLocation()
  const { id, name, status, pending, pinned, queuePlace } = run
  const startsOver = run.step > 0 && run.checkpointStep === null
  return useMemo(
    () =>
      runActions(
        { id, name, status, pending, pinned, queuePlace, startsOver },
        {
          client,
          ask: (question) => useView.setState({ question }),
          takenBack: (sentence, undo) => notify('info', sentence, { label: t('Undo'), run: () => void undo() }),
          failed: (sentence) => notify('error', sentence),
          clone: (run) => go(links.cloneRun(run)),
          deleted: (runs) => {
            offerUndo(client, runs)
            if (location.startsWith(links.run(id))) go(links.runs)
          },
        },
      ),
    [id, name, status, pending, pinned, queuePlace, startsOver, client, location, go],
  )
}

/** Brings a deleted run back, to its place in the queue where it had one. */
async function restore(client: ApiClient, { id, queuePlace }: DeletedRun): Promise<void> {
  await client.call('runs.restore', { id })
  if (queuePlace === null) return
  await client.call('queue.add', { ids: [id] })
  await client.call('queue.move', { id, place: queuePlace })
}

/** Says that runs are deleted, and brings them back when asked to. */
export function offerUndo(client: ApiClient, runs: readonly DeletedRun[]): void {
  const gone = new Set(runs.map((run) => run.id))
  useView.setState(({ selectedRuns }) => ({ selectedRuns: selectedRuns.filter((other) => !gone.has(other)) }))
  const what =
    runs.length === 1
      ? t('“{run}” is deleted. It can be brought back for ten minutes.', { run: runs[0]!.name })
      : tn(
          runs.length,
          '{count} run is deleted. It can be brought back for ten minutes.',
          '{count} runs are deleted. They can be brought back for ten minutes.',
        )
  notify('info', what, {
    label: t('Undo'),
    run: async () => {
      try {
        // Places fill from the front.
        for (const run of runs.toSorted((a, b) => (a.queuePlace ?? 0) - (b.queuePlace ?? 0))) await restore(client, run)
      } catch (error) {
        notify('error', errorSentence(error))
      }
    },
  })
}

const icons: Readonly<Record<string, typeof CirclePlay>> = {
  'run.pause': CirclePause,
  'run.resume': CirclePlay,
  'run.stop': CircleStop,
  'run.queue': ListPlus,
  'run.queue-earlier': ArrowUp,
  'run.queue-later': ArrowDown,
  'run.unqueue': ListX,
  'run.repeat': CopyPlus,
  'run.clone': GitFork,
  'run.pin': Pin,
  'run.delete': Trash2,
}

/** Labels of the large buttons that one word would not tell. */
const shortLabels: Readonly<Record<string, string>> = {
  'run.queue': msg('Queue'),
  'run.queue-earlier': msg('Move up'),
  'run.queue-later': msg('Move down'),
  'run.unqueue': msg('Take out'),
  'run.repeat': msg('Queue again'),
}

/** A label's first word, or all before its colon. */
const shortLabel = (label: string): string => /^[^:：]+(?=[:：])/.exec(label)?.[0] ?? label.split(' ')[0]!

/** What has no room in a row of the list; the palette and the run's page have it. */
const notInRows: ReadonlySet<string> = new Set(['run.repeat', 'run.queue-earlier', 'run.queue-later'])

/** Buttons of what can be done with a run now; small ones show the icon alone, and `steady` ones keep their place while they cannot. */
export function RunButtons(props: { actions: readonly Action[]; small?: boolean; all?: boolean; steady?: boolean }) {
  const { actions, small = false, all = !small, steady = false } = props
  return actions
    .filter((action) => (action.enabled || steady) && (all || !notInRows.has(action.id)))
    .map((action) => {
      const Icon = icons[action.id] ?? CirclePlay
      const label = action.label
      const short = shortLabels[action.id]
      return small ? (
        <Button
          key={action.id}
          kind="quiet"
          icon={<Icon size={16} />}
          aria-label={`${label} ${action.section}`}
          title={label}
          aria-disabled={action.enabled ? undefined : true}
          onClick={() => void (action.enabled && action.run())}
        />
      ) : (
        <Button
          key={action.id}
          icon={<Icon size={15} aria-hidden />}
          {...(action.id === 'run.delete' ? { kind: 'danger' as const } : {})}
          onClick={action.run}
        >
          {short === undefined ? shortLabel(action.label) : t(short)}
        </Button>
      )
    })
}
