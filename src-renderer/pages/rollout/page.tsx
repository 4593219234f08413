import { ChevronLeft, ChevronRight, Columns2, Dices, ScanText } from 'lucide-react'
import { useEffect, useMemo, useState } from 'react'
import { Link, useLocation } from 'wouter'
import type { RolloutDetail } from '../../../src-preload/contract/run.ts'
import { type Trace, unpackTrace } from '../../../src-preload/contract/trace.ts'
import type { Action } from '../../commands/actions.ts'
import { usePageActions } from '../../commands/registry.ts'
import { ResponseHeatmap } from '../../heatmap/response-heatmap.tsx'
import { useRun } from '../../lib/context.tsx'
import { errorSentence, formatFixed } from '../../lib/format.ts'
import { useAddressState } from '../../lib/hash-location.ts'
import { tx } from '../../lib/i18n/elements.ts'
import { serviceText } from '../../lib/i18n/service-text.ts'
import { t } from '../../lib/i18n/translate.ts'
import { links } from '../../lib/links.ts'
import { useCall } from '../../lib/queries.ts'
import { Button } from '../../ui/button.tsx'
import { Menu } from '../../ui/menu.tsx'
import { Await, Message } from '../../ui/message.tsx'
import { finishWords, Verdict } from '../../ui/verdict.tsx'
import { classRule } from './class-rule.ts'
import './rollout.css'

/** One response: what was asked, what was answered, how it was judged, and every token. */
export function RolloutPage({ rolloutId }: { rolloutId: number }) {
  const rollout = useCall(
    'rollouts.get',
    { rolloutId },
    { keepPrevious: true, staleTimeMs: Infinity, enabled: Number.isInteger(rolloutId) && rolloutId > 0 },
  )
  return (
    <div className="page">
      <Await query={rollout} what={t('the response')}>
        {(detail) => <Response key={detail.summary.id} detail={detail} />}
      </Await>
    </div>
  )
}

function Response({ detail }: { detail: RolloutDetail }) {
  const { summary } = detail
  const run = useRun(summary.runId)
  const [, go] = useLocation()
  const actions = useMemo(() => neighbourActions(detail, go), [detail, go])
  usePageActions(actions)
  return (
    <>
      <div className="page-head">
        <nav aria-label={t('Where this is')} className="crumbs">
          <Link href={links.run(summary.runId)} className="ellipsis">
            {run?.name ?? summary.runId}
          </Link>
          <span aria-hidden>/</span>
          <Link href={links.rollouts(summary.runId, summary.step)}>
            {t('step {step}', { step: String(summary.step) })}
          </Link>
          <span aria-hidden>/</span>
          <h1>{t('Group {group}, response {response}', { group: summary.group + 1, response: summary.index + 1 })}</h1>
        </nav>
        <Verdict correct={summary.correct} word />
        <div className="page-head-end">
          <NeighbourButton action={actions[0]!} label={t('Previous')} icon={<ChevronLeft size={15} aria-hidden />} />
          <NeighbourButton action={actions[1]!} label={t('Next')} icon={<ChevronRight size={15} aria-hidden />} />
        </div>
        <div className="page-head-end response-actions">
          <Link href={links.samePrompt(summary.runId, summary.promptId)}>{t('Same prompt through time')}</Link>
          <Link href={links.sample({ rollout: summary.id })} className="button">
            <Dices size={15} aria-hidden /> {t('Sample this prompt')}
          </Link>
          {summary.traced && (
            <Link href={links.score(summary.id)} className="button">
              <ScanText size={15} aria-hidden /> {t('Score with another model')}
            </Link>
          )}
          <BesideMenu detail={detail} />
        </div>
      </div>
      <Judgement detail={detail} />
      <ResponseText detail={detail} />
    </>
  )
}

/** The other responses to the same prompt, to be read side by side with this one. */
function BesideMenu({ detail: { summary } }: { detail: RolloutDetail }) {
  const [, go] = useLocation()
  const groups = useCall('rollouts.groups', { id: summary.runId, step: summary.step }, { staleTimeMs: Infinity })
  const group = groups.data?.find((one) => one.group === summary.group)
  const others = group?.rollouts.filter((one) => one.id !== summary.id) ?? []
  if (others.length === 0) return null
  return (
    <Menu
      label={t('Beside…')}
      labelled
      icon={<Columns2 size={15} aria-hidden />}
      items={others.map((one) => ({
        label: t('Response {number}, {verdict}, {tokens} tokens', {
          number: one.index + 1,
          verdict: one.correct ? t('correct') : t('wrong'),
          tokens: one.tokens,
        }),
        run: () => go(links.pair(summary.id, one.id)),
      }))}
    />
  )
}

function NeighbourButton({ action, label, icon }: { action: Action; label: string; icon: React.ReactNode }) {
  return (
    <Button icon={icon} disabled={!action.enabled} onClick={action.run}>
      {label} <kbd>{action.shortcut}</kbd>
    </Button>
  )
}

function Judgement({ detail }: { detail: RolloutDetail }) {
  const { summary, prompt, answer, reason, rewardParts } = detail
  const parts = Object.entries(rewardParts)
  const facts: readonly (readonly [string, string])[] = [
    [t('Reward'), formatFixed(summary.reward, 3)],
    ...(parts.length > 1 ? parts.map(([name, value]) => [name, formatFixed(value, 3)] as const) : []),
    [t('Advantage'), formatFixed(summary.advantage, 3)],
    [t('Tokens'), String(summary.tokens)],
    [t('Mean entropy'), `${formatFixed(summary.meanEntropy, 3)} ${t('nats')}`],
    [t('End'), t(finishWords[summary.finishReason])],
  ]
  return (
    <div className="judgement">
      <section className="card judgement-part" aria-label={t('Prompt')}>
        <h2>{t('Prompt')}</h2>
        <pre>{prompt}</pre>
      </section>
      <section className="card judgement-part" aria-label={t('Verdict')}>
        <h2>{t('Verdict')}</h2>
        <p>
          {tx('Expected {answer}, found {found}.', {
            answer: <b className="mono">{answer}</b>,
            found: <b className="mono">{summary.extracted ?? t('no answer')}</b>,
          })}{' '}
          <span className="quiet">{serviceText(reason)}</span>
        </p>
        <dl className="facts">
          {facts.map(([label, value]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </section>
    </div>
  )
}

function ResponseText({ detail }: { detail: RolloutDetail }) {
  const { summary, text } = detail
  const trace = useMemo(() => readTrace(detail.trace), [detail])
  const rule = useMemo(() => classRule(detail.method), [detail])
  const [focused, setFocused] = useFocusedToken(trace instanceof Error ? null : trace)
  if (trace instanceof Error) return <Message tone="bad">{errorSentence(trace)}</Message>
  if (trace)
    return (
      <ResponseHeatmap
        advantage={summary.advantage}
        focused={focused}
        onFocus={setFocused}
        {...{ text, trace, rule }}
      />
    )
  return (
    <section className="card judgement-part" aria-label={t('Response')}>
      <h2>{t('Response')}</h2>
      <p className="quiet">{t('This step kept no token trace (trace.every, trace.groups); the text is complete.')}</p>
      <pre>{text}</pre>
    </section>
  )
}

/** A held arrow key focuses more tokens than a browser lets addresses change. */
const addressAfterMs = 400

/** The focused token; the address follows, counting from 1, so that a copied link leads to the token. */
function useFocusedToken(trace: Trace | null): [token: number, focus: (token: number) => void] {
  const [address, setAddress] = useAddressState('token')
  const [focused, setFocused] = useState(Number(address) - 1)
  useEffect(() => {
    if (focused < 0) return
    const timer = setTimeout(() => setAddress(String(focused + 1)), addressAfterMs)
    return () => clearTimeout(timer)
  }, [focused, setAddress])
  const known = Number.isInteger(focused) && focused >= 0 && focused < (trace?.ids.length ?? 0)
  return [known ? focused : -1, setFocused]
}

function readTrace(packed: Uint8Array | null): Trace | Error | null {
  try {
    return packed && unpackTrace(packed)
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

function neighbourActions({ previousId, nextId }: RolloutDetail, go: (address: string) => void): Action[] {
  const action = (id: string, label: string, shortcut: string, target: number | null): Action => ({
    id,
    label,
    shortcut,
    section: t('Response'),
    enabled: target !== null,
    run: () => {
      if (target !== null) go(links.rollout(target))
    },
  })
  return [
    action('rollout.previous', t('Previous response'), 'p', previousId),
    action('rollout.next', t('Next response'), 'n', nextId),
  ]
}
