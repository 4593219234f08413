import { Play } from 'lucide-react'
import { useId } from 'react'
import { Link } from 'wouter'
import type { Rescore } from '../../../src-preload/contract/verify.ts'
import { useRuns } from '../../lib/context.tsx'
import { useAddressState } from '../../lib/hash-location.ts'
import { serviceText } from '../../lib/i18n/service-text.ts'
import { t, tn } from '../../lib/i18n/translate.ts'
import { links } from '../../lib/links.ts'
import { BusyBar } from '../../ui/busy-bar.tsx'
import { Button } from '../../ui/button.tsx'
import { Message } from '../../ui/message.tsx'
import { Verdict } from '../../ui/verdict.tsx'
import type { PartProps } from './page.tsx'
import { useCheck } from './use-check.ts'

/** Scores a run's stored responses with this verifier, and shows whose verdict flips. Nothing stored changes. */
export function RunPart({ verifier }: PartProps) {
  const id = useId()
  const runs = useRuns() ?? []
  const [chosen, setChosen] = useAddressState('run')
  const runId = (runs.find(({ id: run }) => run === chosen) ?? runs[0])?.id ?? ''
  const check = useCheck('verifiers.rescore', verifier)
  if (runs.length === 0)
    return <p className="quiet">{t('There is no run yet; start one, and its responses can be scored again.')}</p>
  return (
    <section className="verifier-part" aria-label={t('A run again')}>
      <p className="quiet">
        {t('The stored responses are checked by this verifier; what the run recorded stays as it is.')}
      </p>
      <form
        className="verifier-start"
        onSubmit={(event) => {
          event.preventDefault()
          void check.run({ verifier, id: runId, limit: 20_000 })
        }}
      >
        <label htmlFor={id}>{t('Run')}</label>
        <select id={id} className="select" value={runId} onChange={(event) => setChosen(event.target.value)}>
          {runs.map((run) => (
            <option key={run.id} value={run.id}>
              {run.name} · {run.id}
            </option>
          ))}
        </select>
        <Button kind="primary" type="submit" icon={<Play size={15} aria-hidden />} disabled={check.busy}>
          {check.busy ? t('Scoring…') : t('Score again')}
        </Button>
      </form>
      {check.busy && <BusyBar />}
      {check.error && <Message tone="bad">{check.error}</Message>}
      {check.answer && <Outcome outcome={check.answer.output} />}
    </section>
  )
}

const percent = (part: number, whole: number): string => (whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`)

function Outcome({ outcome }: { outcome: Rescore }) {
  const { stored, checked, correctBefore, correctNow, flipped, flips } = outcome
  if (checked === 0) return <Message tone="info">{t('This run has no stored responses.')}</Message>
  return (
    <>
      <Message tone={flipped === 0 ? 'info' : 'warn'}>
        {tn(flipped, '{count} of {checked} verdicts flips.', '{count} of {checked} verdicts flip.', { checked })}{' '}
        {checked < stored && `${t('They are the newest of {stored} responses.', { stored })} `}
        {t('Correct were {before}, now {now}.', {
          before: percent(correctBefore, checked),
          now: percent(correctNow, checked),
        })}
      </Message>
      {flips.length > 0 && (
        <table className="table verdict-table" aria-label={t('Verdicts that flip')}>
          <thead>
            <tr>
              <th>{t('Response')}</th>
              <th>{t('Reference')}</th>
              <th>{t('Before')}</th>
              <th>{t('Extracted before')}</th>
              <th>{t('Now')}</th>
              <th>{t('Extracted now')}</th>
              <th>{t('Reason now')}</th>
            </tr>
          </thead>
          <tbody>
            {flips.map((flip) => (
              <tr key={flip.rolloutId}>
                <td className="unbroken">
                  <Link href={links.rollout(flip.rolloutId)}>
                    {t('step {step}', { step: String(flip.step) })}, #{flip.rolloutId}
                  </Link>
                </td>
                <td className="mono">{flip.answer.slice(0, 120)}</td>
                <td className="unbroken" title={serviceText(flip.before.reason)}>
                  <Verdict correct={flip.before.correct} word />
                </td>
                <td className="mono">{flip.before.extracted ?? <span className="quiet">{t('none')}</span>}</td>
                <td className="unbroken">
                  <Verdict correct={flip.now.correct} word />
                </td>
                <td className="mono">{flip.now.extracted ?? <span className="quiet">{t('none')}</span>}</td>
                <td>{serviceText(flip.now.reason)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  )
}
