import { useState } from 'react'
import type { AnswerCluster, PassSummary } from '../../../src-preload/contract/curriculum.ts'
import { formatFixed, formatPercent } from '../../lib/format.ts'
import { t } from '../../lib/i18n/translate.ts'
import { useCall } from '../../lib/queries.ts'
import { Button } from '../../ui/button.tsx'
import { Await } from '../../ui/message.tsx'

const shownPrompts = 200
const shownClusters = 6

/** The prompts at one end of the order, with the answers that were sampled. */
export function PromptTable({ pass }: { pass: PassSummary }) {
  const [highestFirst, setHighestFirst] = useState(false)
  const prompts = useCall(
    'curriculum.prompts',
    { id: pass.id, limit: shownPrompts, highestFirst },
    { keepPrevious: true, refetchEveryMs: pass.status === 'running' ? 5000 : false },
  )
  return (
    <section aria-label={t('Prompts')}>
      <h2>
        {t('Prompts')}{' '}
        <span className="segments">
          <Button small aria-pressed={!highestFirst} onClick={() => setHighestFirst(false)}>
            {t('Lowest entropy')}
          </Button>
          <Button small aria-pressed={highestFirst} onClick={() => setHighestFirst(true)}>
            {t('Highest entropy')}
          </Button>
        </span>
      </h2>
      <Await query={prompts} what={t('the prompts')}>
        {(rows) => (
          <table className="card table prompt-table">
            <thead>
              <tr>
                <th className="number">{t('Entropy, nats')}</th>
                <th className="number">{t('Accuracy')}</th>
                <th>{t('Prompt')}</th>
                <th>{t('Sampled answers')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.position}>
                  <td className="number">{formatFixed(row.entropy, 3)}</td>
                  <td className="number">{formatPercent(row.accuracy)}</td>
                  <td className="mono">{row.prompt.trim()}</td>
                  <td className="mono">{row.clusters.slice(0, shownClusters).map(Answer)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Await>
    </section>
  )
}

function Answer({ answer, count, correct }: AnswerCluster, index: number) {
  return (
    <span key={`${index} ${answer}`} className={`chip${correct ? ' tone-good' : ''}`}>
      {answer ?? t('none')} × {count}
    </span>
  )
}
