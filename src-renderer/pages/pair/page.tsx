import { useMemo, useState } from 'react'
import { Link } from 'wouter'
import type { RolloutDetail } from '../../../src-preload/contract/run.ts'
import { unpackTrace } from '../../../src-preload/contract/trace.ts'
import { PairedHeatmaps } from '../../heatmap/paired-heatmaps.tsx'
import { useRuns } from '../../lib/context.tsx'
import { formatFixed } from '../../lib/format.ts'
import { tx } from '../../lib/i18n/elements.ts'
import { serviceText } from '../../lib/i18n/service-text.ts'
import { t } from '../../lib/i18n/translate.ts'
import { links } from '../../lib/links.ts'
import { useCall } from '../../lib/queries.ts'
import { distinctNames } from '../../lib/run-names.ts'
import { Await } from '../../ui/message.tsx'
import { finishWords, Verdict } from '../../ui/verdict.tsx'
import './pair.css'

/** Two responses side by side, in the colours of one scale. */
export function PairPage({ left, right }: { left: number; right: number }) {
  const first = useCall('rollouts.get', { rolloutId: left }, { staleTimeMs: Infinity })
  const second = useCall('rollouts.get', { rolloutId: right }, { staleTimeMs: Infinity })
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t('Two responses')}</h1>
        {first.data && second.data && first.data.summary.promptId !== second.data.summary.promptId && (
          <span className="quiet">{t('to different prompts')}</span>
        )}
      </div>
      <Await query={first} what={t('the first response')}>
        {(one) => (
          <Await query={second} what={t('the second response')}>
            {(other) => <Pair details={[one, other]} />}
          </Await>
        )}
      </Await>
    </div>
  )
}

function Pair({ details }: { details: readonly [RolloutDetail, RolloutDetail] }) {
  const responses = useMemo(
    () =>
      details.map(({ text, trace, summary }) => ({
        text,
        advantage: summary.advantage,
        trace: trace && unpackTrace(trace),
      })),
    [details],
  )
  const [one, other] = responses
  const known = useRuns()
  const runs = [...new Set(details.map(({ summary }) => summary.runId))].flatMap(
    (id) => known?.find((run) => run.id === id) ?? [],
  )
  const names = new Map(distinctNames(runs).map((name, index) => [runs[index]!.id, name]))
  const traced = one?.trace && other?.trace
  return (
    <>
      <div className="pair">
        {details.map((detail) => (
          <Head key={detail.summary.id} detail={detail} run={names.get(detail.summary.runId) ?? detail.summary.runId} />
        ))}
      </div>
      {traced ? (
        <PairedHeatmaps
          responses={[
            { text: one.text, advantage: one.advantage, trace: one.trace! },
            { text: other!.text, advantage: other!.advantage, trace: other!.trace! },
          ]}
        />
      ) : (
        <div className="pair">
          {details.map(({ summary, text }) => (
            <pre key={summary.id} className="card text-block">
              {text}
            </pre>
          ))}
        </div>
      )}
    </>
  )
}

/** What a response is: `run` is the name of its run. */
function Head({ detail, run }: { detail: RolloutDetail; run: string }) {
  const { summary, prompt, answer, reason } = detail
  const [open, setOpen] = useState(false)
  return (
    <section className="card pair-head">
      <p className="pair-title">
        <Verdict correct={summary.correct} word />
        <Link href={links.run(summary.runId)} className="ellipsis">
          {run}
        </Link>
        <Link href={links.rollout(summary.id)}>
          {t('step {step}', { step: String(summary.step) })}, {summary.group + 1}.{summary.index + 1}
        </Link>
      </p>
      <p>
        {tx('Expected {answer}, found {found}.', {
          answer: <b className="mono">{answer}</b>,
          found: <b className="mono">{summary.extracted ?? t('no answer')}</b>,
        })}{' '}
        <span className="quiet">{serviceText(reason)}</span>
      </p>
      <p className="quiet">
        {t('Reward {reward}, {tokens} tokens, mean entropy {entropy} nats, {end}', {
          reward: formatFixed(summary.reward, 3),
          tokens: summary.tokens,
          entropy: formatFixed(summary.meanEntropy, 3),
          end: t(finishWords[summary.finishReason]),
        })}
      </p>
      <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>{t('Prompt')}</summary>
        <pre>{prompt}</pre>
      </details>
    </section>
  )
}
