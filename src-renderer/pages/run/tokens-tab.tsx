import { useState } from 'react'
import type { RunSummary } from '../../../src-preload/contract/run.ts'
import type { TokenTable } from '../../../src-preload/contract/tokens.ts'
import { visibleText } from '../../heatmap/tokens.ts'
import { formatCount, formatFixed } from '../../lib/format.ts'
import { useAddressState } from '../../lib/hash-location.ts'
import { t, tn } from '../../lib/i18n/translate.ts'
import { links } from '../../lib/links.ts'
import { useCall } from '../../lib/queries.ts'
import { Button } from '../../ui/button.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { Await } from '../../ui/message.tsx'
import { cloudSizes } from './token-cloud.ts'

const cloudTokens = 80

/** The tokens at which the run's policy was least and most certain, as clouds and as tables. */
export function TokensTab({ run }: { run: RunSummary }) {
  const [stepText, setStep] = useAddressState('step')
  const [minCount, setMinCount] = useState(10)
  const step = Number(stepText)
  const chosen = stepText !== '' && Number.isInteger(step) && step > 0 ? { step } : {}
  return (
    <div className="stack">
      <div className="tokens-bar">
        <label className="slider-label">
          {t('Step')}
          <input
            className="input"
            inputMode="numeric"
            placeholder={t('all')}
            value={stepText}
            onChange={(event) => setStep(event.target.value)}
          />
        </label>
        <label className="slider-label">
          {t('Least occurrences')}
          <input
            className="input"
            inputMode="numeric"
            value={minCount}
            onChange={(event) => setMinCount(Math.max(1, Math.floor(Number(event.target.value)) || 1))}
          />
        </label>
        {stepText !== '' && (
          <Button small onClick={() => setStep('')}>
            {t('All steps')}
          </Button>
        )}
      </div>
      <div className="token-classes">
        <TokenClass runId={run.id} side="high" title={t('Highest entropy')} minCount={minCount} {...chosen} />
        <TokenClass runId={run.id} side="low" title={t('Lowest entropy')} minCount={minCount} {...chosen} />
      </div>
    </div>
  )
}

interface TokenClassProps {
  readonly runId: string
  readonly side: 'high' | 'low'
  readonly title: string
  readonly minCount: number
  readonly step?: number
}

function TokenClass({ runId, side, title, minCount, step }: TokenClassProps) {
  const input = { id: runId, class: side, minCount, limit: 200, ...(step === undefined ? {} : { step }) }
  const query = useCall('tokens.table', input, { keepPrevious: true })
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      <Await query={query} what={t('the tokens')}>
        {(table) =>
          table.rows.length === 0 ? (
            <p className="quiet">
              {table.steps > 0
                ? tn(
                    table.distinct,
                    'The {count} token did not occur so often.',
                    'None of {count} tokens occurred so often.',
                  )
                : step === undefined
                  ? t('No token was recorded in this run.')
                  : t('No token was recorded in step {step}.', { step: String(step) })}
            </p>
          ) : (
            <>
              <p className="quiet">
                {tn(
                  table.steps,
                  '{tokens} tokens, {distinct} different ones, of one step',
                  '{tokens} tokens, {distinct} different ones, of {count} steps',
                  {
                    tokens: table.tokens,
                    distinct: table.distinct,
                  },
                )}
              </p>
              <Cloud runId={runId} table={table} />
              <DataTable
                label={t('{title}, token by token', { title })}
                className="card entropy-table"
                columns={[
                  { label: t('Token') },
                  { label: t('Id'), number: true },
                  { label: t('Mean entropy, nats'), number: true },
                  { label: t('Occurrences'), number: true },
                ]}
                rowCount={table.rows.length}
                cell={(row, column) => {
                  const { text, id, meanEntropy, occurrences } = table.rows[row]!
                  return [visibleText(text), String(id), formatFixed(meanEntropy, 4), formatCount(occurrences)][column]!
                }}
              />
            </>
          )
        }
      </Await>
    </section>
  )
}

/** The tokens as the papers draw them: larger where they occur more often; each leads to the responses that hold it. */
function Cloud({ runId, table }: { runId: string; table: TokenTable }) {
  const rows = table.rows.slice(0, cloudTokens)
  const sizes = cloudSizes(rows.map((row) => row.occurrences))
  return (
    <ul className="card token-cloud">
      {rows.map(({ id, text, meanEntropy, occurrences }, index) => (
        <li key={id} style={{ fontSize: `${sizes[index]}px` }}>
          <a
            className="mono"
            href={`#${links.rollouts(runId)}?q=${encodeURIComponent(`text:"${text.trim().replaceAll('"', '')}"`)}`}
            title={tn(occurrences, '{entropy} nats, {count} occurrence', '{entropy} nats, {count} occurrences', {
              entropy: formatFixed(meanEntropy, 3),
            })}
          >
            {visibleText(text)}
          </a>
        </li>
      ))}
    </ul>
  )
}
