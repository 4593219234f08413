import { useState } from 'react'
import type { RunSummary } from '../../../src-preload/contract/run.ts'
import type { TokenTable } from '../../../src-preload/contract/tokens.ts'
import { visibleText } from '../../heatmap/tokens.ts'
import { formatFixed, plural } from '../../lib/format.ts'
import { useAddressState } from '../../lib/hash-location.ts'
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
          Step
          <input
            className="input"
            inputMode="numeric"
            placeholder="all"
            value={stepText}
            onChange={(event) => setStep(event.target.value)}
          />
        </label>
        <label className="slider-label">
          At least
          <input
            className="input"
            inputMode="numeric"
            value={minCount}
            onChange={(event) => setMinCount(Math.max(1, Math.floor(Number(event.target.value)) || 1))}
          />
          occurrences
        </label>
        {stepText !== '' && (
          <Button small onClick={() => setStep('')}>
            All steps
          </Button>
        )}
      </div>
      <div className="token-classes">
        <TokenClass runId={run.id} side="high" title="Highest entropy" minCount={minCount} {...chosen} />
        <TokenClass runId={run.id} side="low" title="Lowest entropy" minCount={minCount} {...chosen} />
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
      <Await query={query} what="the tokens">
        {(table) =>
          table.rows.length === 0 ? (
            <p className="quiet">
              {table.steps === 0
                ? `No token was recorded${step === undefined ? ' in this run' : ` in step ${step}`}.`
                : `None of ${plural(table.distinct, 'token')} occurred so often.`}
            </p>
          ) : (
            <>
              <p className="quiet">
                {plural(table.tokens, 'token')}, {plural(table.distinct, 'different one')}, of{' '}
                {plural(table.steps, 'step')}
              </p>
              <Cloud runId={runId} table={table} />
              <DataTable
                label={`${title}, token by token`}
                className="card entropy-table"
                columns={[
                  { label: 'Token' },
                  { label: 'Id', number: true },
                  { label: 'Mean entropy, nats', number: true },
                  { label: 'Occurrences', number: true },
                ]}
                rowCount={table.rows.length}
                cell={(row, column) => {
                  const { text, id, meanEntropy, occurrences } = table.rows[row]!
                  return [visibleText(text), String(id), formatFixed(meanEntropy, 4), String(occurrences)][column]!
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
            title={`${formatFixed(meanEntropy, 3)} nats, ${plural(occurrences, 'occurrence')}`}
          >
            {visibleText(text)}
          </a>
        </li>
      ))}
    </ul>
  )
}
