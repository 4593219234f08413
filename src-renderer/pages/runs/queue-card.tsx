import { Pause, Play } from 'lucide-react'
import { Link } from 'wouter'
import type { RunSummary } from '../../../src-preload/contract/run.ts'
import { changeSettings } from '../../lib/change-settings.ts'
import { useServices } from '../../lib/context.tsx'
import { msg, t, tn } from '../../lib/i18n/translate.ts'
import { links } from '../../lib/links.ts'
import { distinctNames } from '../../lib/run-names.ts'
import { useView } from '../../lib/view-state.ts'
import { Button } from '../../ui/button.tsx'
import { HelpLink } from '../../ui/help-link.tsx'
import { RunButtons, useRunActions } from '../../ui/run-controls.tsx'

const queueHelp = msg(
  'The first run of the queue starts by itself while fewer runs than this are starting, running, paused or stopping: a paused run keeps its memory, so it counts. What ends, in whatever way, makes room for the next. Runs started by hand start at once, beyond the number. The queue is kept when Quiver closes, and goes on when it is open again.',
)

/** The runs that wait for their turn, and how many may be active at once; nothing while none waits. */
export function QueueCard({ runs }: { runs: readonly RunSummary[] }) {
  const { client } = useServices()
  const { maxActiveRuns, queueHeld } = useView((view) => view.settings)
  const queued = runs.filter((run) => run.queuePlace !== null).sort((a, b) => a.queuePlace! - b.queuePlace!)
  if (queued.length === 0) return null
  const names = distinctNames(queued)
  return (
    <section className="card queue-card" aria-label={t('Queue')}>
      <div className="queue-head">
        <h2>{t('Queue')}</h2>
        <span className="quiet">
          {queueHeld ? t('{count} held', { count: queued.length }) : t('{count} waiting', { count: queued.length })}
        </span>
        <label title={t(queueHelp)}>
          {t('Runs at once')}{' '}
          <input
            type="number"
            className="input"
            min={1}
            max={16}
            aria-description={t(queueHelp)}
            value={maxActiveRuns}
            onChange={({ target }) => {
              const wanted = Math.round(Number(target.value))
              if (wanted >= 1 && wanted <= 16) changeSettings(client, { maxActiveRuns: wanted })
            }}
          />
        </label>
        <Button
          small
          icon={queueHeld ? <Play size={14} aria-hidden /> : <Pause size={14} aria-hidden />}
          onClick={() => changeSettings(client, { queueHeld: !queueHeld })}
        >
          {queueHeld ? t('Release the queue') : t('Hold the queue')}
        </Button>
        <HelpLink topic="runs" />
      </div>
      <ol>
        {queued.map((run, index) => (
          <QueuedRun key={run.id} run={run} name={names[index]!} last={run.queuePlace === queued.length} />
        ))}
      </ol>
    </section>
  )
}

/** What a line of the queue offers; the rest is in the run's row below. */
const offered = ['run.resume', 'run.queue-earlier', 'run.queue-later', 'run.unqueue']

interface QueuedRunProps {
  readonly run: RunSummary
  /** Tells it apart from the others of the queue. */
  readonly name: string
  readonly last: boolean
}

function QueuedRun({ run, name, last }: QueuedRunProps) {
  const actions = useRunActions(run)
    .filter(({ id }) => offered.includes(id))
    .map((action) => (last && action.id === 'run.queue-later' ? { ...action, enabled: false } : action))
  return (
    <li>
      <span className="queue-place quiet">{run.queuePlace}</span>
      <Link href={links.run(run.id)} className="ellipsis" title={name}>
        {name}
      </Link>
      <span className="quiet">
        {run.method},{' '}
        {run.checkpointStep !== null
          ? t('goes on at step {step} of {steps}', { step: run.checkpointStep, steps: run.steps })
          : tn(run.steps, '{count} step', '{count} steps')}
      </span>
      <span className="queue-buttons">
        <RunButtons actions={actions} small all steady />
      </span>
    </li>
  )
}
