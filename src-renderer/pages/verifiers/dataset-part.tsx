import { Play } from 'lucide-react'
import { useId } from 'react'
import { useAddressState } from '../../lib/hash-location.ts'
import { t } from '../../lib/i18n/translate.ts'
import { useCall } from '../../lib/queries.ts'
import { BusyBar } from '../../ui/busy-bar.tsx'
import { Button } from '../../ui/button.tsx'
import { Message } from '../../ui/message.tsx'
import type { PartProps } from './page.tsx'
import { useCheck } from './use-check.ts'
import { VerdictCells, VerdictHeads } from './verdict-cells.tsx'

/** Holds every reference of a dataset against itself: one that does not verify can never be rewarded. */
export function DatasetPart({ verifier }: PartProps) {
  const id = useId()
  const datasets = useCall('datasets.list', {}).data ?? []
  const [reference, setReference] = useAddressState('dataset', 'builtin:arithmetic-heldout')
  const check = useCheck('verifiers.dataset', verifier)
  const answer = check.answer?.output
  return (
    <section className="verifier-part" aria-label={t('A dataset’s references')}>
      <p className="quiet">
        {t(
          'Each reference is given as a response. One that the verifier refuses can never be rewarded: mend the dataset or choose another verifier.',
        )}
      </p>
      <form
        className="verifier-start"
        onSubmit={(event) => {
          event.preventDefault()
          void check.run({ verifier, reference, limit: 20_000 })
        }}
      >
        <label htmlFor={id}>{t('Dataset')}</label>
        <input
          id={id}
          className="input mono verifier-file"
          list={`${id}-list`}
          spellCheck={false}
          value={reference}
          onChange={(event) => setReference(event.target.value)}
        />
        <datalist id={`${id}-list`}>
          {datasets.map((dataset) => (
            <option key={dataset.reference} value={dataset.reference} />
          ))}
        </datalist>
        <Button
          kind="primary"
          type="submit"
          icon={<Play size={15} aria-hidden />}
          disabled={check.busy || reference.trim() === ''}
        >
          {check.busy ? t('Checking…') : t('Check the references')}
        </Button>
      </form>
      {check.busy && <BusyBar />}
      {check.error && <Message tone="bad">{check.error}</Message>}
      {answer && (
        <Message tone={answer.failures.length === 0 ? 'info' : 'warn'}>
          {t('{verified} of {checked} references verify.', { verified: answer.verified, checked: answer.checked })}
          {answer.checked < answer.rows && ` ${t('They are the first of {rows} rows.', { rows: answer.rows })}`}
        </Message>
      )}
      {answer && answer.failures.length > 0 && (
        <table className="table verdict-table" aria-label={t('References that do not verify')}>
          <thead>
            <tr>
              <th>{t('Row')}</th>
              <th>{t('Reference')}</th>
              <VerdictHeads />
            </tr>
          </thead>
          <tbody>
            {answer.failures.map((failure) => (
              <tr key={failure.id}>
                <td className="mono unbroken">{failure.id.slice(0, 40)}</td>
                <td className="mono">{failure.answer.slice(0, 200)}</td>
                <VerdictCells verdict={failure.verdict} />
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}
