import { CirclePause, CirclePlay, CircleStop, Pin, Trash2 } from 'lucide-react'
import { useMemo } from 'react'
import { useLocation } from 'wouter'
import type { ApiClient } from '../../src-preload/contract/rpc.ts'
import type { RunSummary } from '../../src-preload/contract/run.ts'
import type { Action } from '../commands/actions.ts'
import { runActions } from '../commands/run-actions.ts'
import { useServices } from '../lib/context.tsx'
import { errorSentence } from '../lib/format.ts'
import { t, tn } from '../lib/i18n/translate.ts'
import { links } from '../lib/links.ts'
import { notify, useView } from '../lib/view-state.ts'
import { Button } from './button.tsx'

/** The actions of a run, ready for buttons, palette and keys. */
export function useRunActions(run: RunSummary): readonly Action[] {
  const { client } = useServices()
  const [location, go] = useLocation()
  const { id, name, status, pending, pinned } = run
  return useMemo(
    () =>
      runActions(
        { id, name, status, pending, pinned },
        {
          client,
          ask: (question) => useView.setState({ question }),
          failed: (sentence) => notify('error', sentence),
          deleted: (runs) => {
            offerUndo(client, runs)
            if (location.startsWith(links.run(id))) go(links.runs)
          },
        },
      ),
    [id, name, status, pending, pinned, client, location, go],
  )
}

/** Says that runs are deleted, and brings them back when asked to. */
export function offerUndo(client: ApiClient, runs: readonly Pick<RunSummary, 'id' | 'name'>[]): void {
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
    run: () => {
      for (const { id } of runs)
        client.call('runs.restore', { id }).catch((error: unknown) => notify('error', errorSentence(error)))
    },
  })
}

const icons: Readonly<Record<string, typeof CirclePlay>> = {
  'run.pause': CirclePause,
  'run.resume': CirclePlay,
  'run.stop': CircleStop,
  'run.pin': Pin,
  'run.delete': Trash2,
}

/** Buttons of what can be done with a run now; small ones show the icon alone. */
export function RunButtons({ actions, small = false }: { actions: readonly Action[]; small?: boolean }) {
  return actions
    .filter((action) => action.enabled)
    .map((action) => {
      const Icon = icons[action.id] ?? CirclePlay
      const label = action.label
      return small ? (
        <Button
          key={action.id}
          kind="quiet"
          icon={<Icon size={16} />}
          aria-label={`${label} ${action.section}`}
          title={label}
          onClick={action.run}
        />
      ) : (
        <Button
          key={action.id}
          icon={<Icon size={15} aria-hidden />}
          {...(action.id === 'run.delete' ? { kind: 'danger' as const } : {})}
          onClick={action.run}
        >
          {action.label.split(' ')[0]}
        </Button>
      )
    })
}
