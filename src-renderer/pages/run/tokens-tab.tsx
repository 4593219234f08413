import { useState } from 'react'
import type { RunSummary } from '../../../src-preload/contract/run.ts'
import type { TokenTable, TokenTableInput } from '../../../src-preload/contract/tokens.ts'
import { visibleText } from '../../heatmap/tokens.ts'
import { formatCount, formatFixed } from '../../lib/format.ts'
import { useAddressState } from '../../lib/hash-location.ts'
import { msg, t, tn } from '../../lib/i18n/translate.ts'
import { links } from '../../lib/links.ts'
import { useCall } from '../../lib/queries.ts'
import { Button } from '../../ui/button.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { Await } from '../../ui/message.tsx'
import { cloudSizes } from './token-cloud.ts'

const cloudTokens = 80

const tokenClasses = [
  { name: 'all', label: msg('all') },
  { name: 'reasoning', label: msg('reasoning') },
  { name: 'knowledge', label: msg('knowledge') },
] as const satisfies readonly { name: TokenTableInput['class']; label: string }[]

/** The tokens at which the run's policy was least and most certain, as clouds and as tables. */
export function TokensTab({ run }: { run: RunSummary }) {
  const [stepText, setStep] = useAddressState('step')
  const [classText, setClass] = useAddressState('class', 'all')
  const [minCount, setMinCount] = useState(10)
  const step = Number(stepText)
  const tokenClass = tokenClasses.find(({ name }) => name === classText)?.name ?? 'all'
  const chosen = {
    class: tokenClass,
    minCount,
    ...(stepText !== '' && Number.isInteger(step) && step > 0 ? { step } : {}),
  }
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
          {t('Class')}
          <select className="select" value={tokenClass} onChange={({ target }) => setClass(target.value)}>
            {tokenClasses.map(({ name, label }) => (
              <option key={name} value={name}>
                {t(label)}
              </option>
            ))}
          </select>
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
        <TokenEnd runId={run.id} order="high" title={t('Highest entropy')} {...chosen} />
        <TokenEnd runId={run.id} order="low" title={t('Lowest entropy')} {...chosen} />
      </div>
    </div>
  )
}

interface TokenEndProps {
  readonly runId: string
  readonly order: 'high' | 'low'
  readonly title: string
  readonly class: TokenTableInput['class']
  readonly minCount: number
  readonly step?: number
}

function TokenEnd({ runId, title, ...choice }: TokenEndProps) {
  const { step } = choice
  const input = { id: runId, limit: 200, ...choice }
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

/** The tokens as the papers draw them: larger where they occur more often; all but blanks lead to the responses that hold them. */
function Cloud({ runId, table }: { runId: string; table: TokenTable }) {
  const rows = table.rows.slice(0, cloudTokens)
  const sizes = cloudSizes(rows.map((row) => row.occurrences))
  return (
    <ul className="card token-cloud">
      {rows.map(({ id, text, meanEntropy, occurrences }, index) => (
        <li key={id} style={{ fontSize: `${sizes[index]}px` }}>
          <CloudToken
            href={searchOfToken(runId, text)}
            title={tn(occurrences, '{entropy} nats, {count} occurrence', '{entropy} nats, {count} occurrences', {
              entropy: formatFixed(meanEntropy, 3),
            })}
          >
            {visibleText(text)}
          </CloudToken>
        </li>
      ))}
    </ul>
  )
}

function CloudToken({ href, title, children }: { href: string | null; title: string; children: string }) {
  if (href === null) return <span {...{ title, children }} className="mono" />
  return <a {...{ title, children }} className="mono" href={`#${href}`} />
}

/** Nearly every response holds blanks, and a line of search cannot hold their line breaks. */
function searchOfToken(runId: string, token: string): string | null {
  const text = token.trim()
  return /^$|[\n\r]/.test(text) ? null : links.search(runId, `contains:"${text.replaceAll(/["\\]/g, '\\$&')}"`)
}
