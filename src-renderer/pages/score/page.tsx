import { useEffect, useMemo } from 'react'
import { Link } from 'wouter'
import type { RolloutDetail } from '../../../src-preload/contract/run.ts'
import { unpackTrace } from '../../../src-preload/contract/trace.ts'
import { PairedHeatmaps } from '../../heatmap/paired-heatmaps.tsx'
import { useRun } from '../../lib/context.tsx'
import { useAddressState } from '../../lib/hash-location.ts'
import { t } from '../../lib/i18n/translate.ts'
import { links } from '../../lib/links.ts'
import { useCall } from '../../lib/queries.ts'
import { useSampleJob } from '../../lib/sampling/use-sample-job.ts'
import { LaneHead } from '../../ui/lane-head.tsx'
import { Await, Message } from '../../ui/message.tsx'
import { ModelChooser, useModelName } from '../../ui/model-chooser.tsx'
import { ScoreTable } from './score-table.tsx'
import './score.css'

/** A stored response under another model: its tokens as they stand, with that model's entropies and log-probabilities. */
export function ScorePage({ rolloutId }: { rolloutId: number }) {
  const rollout = useCall('rollouts.get', { rolloutId }, { staleTimeMs: Infinity })
  return (
    <div className="page">
      <Await query={rollout} what={t('the response')}>
        {(detail) => <Score key={detail.summary.id} detail={detail} />}
      </Await>
    </div>
  )
}

function Score({ detail }: { detail: RolloutDetail }) {
  const { summary } = detail
  const run = useRun(summary.runId)
  const [model, setModel] = useAddressState('model')
  const { now, start } = useSampleJob()
  useEffect(() => {
    if (model !== '') void start({ kind: 'score', rolloutId: summary.id, model })
  }, [model, summary.id, start])
  return (
    <>
      <div className="page-head">
        <nav aria-label={t('Where this is')} className="crumbs">
          <Link href={links.run(summary.runId)} className="ellipsis">
            {run?.name ?? summary.runId}
          </Link>
          <span aria-hidden>/</span>
          <Link href={links.rollout(summary.id)}>
            {t('step {step}, response {group}.{index}', {
              step: String(summary.step),
              group: String(summary.group + 1),
              index: String(summary.index + 1),
            })}
          </Link>
          <span aria-hidden>/</span>
          <h1>{t('Scored by another model')}</h1>
        </nav>
      </div>
      <div className="score-heads">
        <section className="card score-head" aria-label={t('The model that scores')}>
          <ModelChooser label={model === '' ? t('Choose a model') : t('Another model')} onChoose={setModel} />
          {now.lanes.map((lane) => (
            <LaneHead key={lane.model} lane={lane} prompt={undefined} />
          ))}
          {now.error !== null && <Message tone="bad">{now.error}</Message>}
          {model === '' && (
            <p className="quiet">
              {t('The model reads the stored tokens one after another and says how likely and how uncertain each was.')}
            </p>
          )}
        </section>
        {now.responses[0] ? (
          <Compared detail={detail} scored={now.responses[0].trace} model={model} part="table" />
        ) : (
          <section className="card score-head" aria-label={t('Prompt and response')}>
            <h2>{t('Prompt')}</h2>
            <pre className="score-text quiet">{detail.prompt}</pre>
            <h2>{t('Response')}</h2>
            <pre className="score-text">{detail.text}</pre>
          </section>
        )}
      </div>
      {now.responses[0] && <Compared detail={detail} scored={now.responses[0].trace} model={model} part="heatmaps" />}
    </>
  )
}

interface ComparedProps {
  readonly detail: RolloutDetail
  readonly scored: ReturnType<typeof unpackTrace>
  readonly model: string
  readonly part: 'table' | 'heatmaps'
}

function Compared({ detail, scored, model, part }: ComparedProps) {
  const name = useModelName(model)
  const sampled = useMemo(() => unpackTrace(detail.trace!), [detail])
  const responses = useMemo(
    () =>
      [
        { text: detail.text, trace: sampled, advantage: detail.summary.advantage },
        { text: detail.text, trace: scored, advantage: detail.summary.advantage, ofRun: false },
      ] as const,
    [detail, sampled, scored],
  )
  if (part === 'table') return <ScoreTable sampled={sampled} scored={scored} model={name} />
  return (
    <>
      <div className="pair score-names">
        <h2>{t('As it was sampled')}</h2>
        <h2 className="ellipsis">{t('Under {model}', { model: name })}</h2>
      </div>
      <PairedHeatmaps responses={responses} />
    </>
  )
}
