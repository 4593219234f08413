import { formatNumber, formatPercent } from '../lib/format.ts'
import { t } from '../lib/i18n/translate.ts'
import { type HeatmapTokens, noTextGlyph, visibleText } from './tokens.ts'

export interface Alternative {
  readonly id: number
  readonly text: string
  readonly logprob: number
  readonly probability: number
  /** Whether it is the token that was drawn. */
  readonly drawn: boolean
}

/** The likeliest tokens at a place of the response, and the drawn one where it is not among them; none where none are stored. */
export function alternativesOf({ trace }: HeatmapTokens, token: number): Alternative[] {
  const { alternatives } = trace
  if (!alternatives) return []
  const { count, ids, logprobs, texts } = alternatives
  const own = trace.ids[token]!
  return Array.from({ length: count }, (_, rank) => {
    const id = ids[token * count + rank]!
    const logprob = logprobs[token * count + rank]!
    const text = visibleText(texts.get(id) ?? '') || noTextGlyph
    return { id, text, logprob, probability: Math.exp(logprob), drawn: id === own }
  })
}

/** The likeliest tokens in one clause, for screen readers; empty where none are stored. */
export function alternativesClause(tokens: HeatmapTokens, token: number): string {
  const all = alternativesOf(tokens, token)
  return all.map(({ text, probability }) => `${text} ${formatPercent(probability, 1)}`).join(', ')
}

/** The likeliest tokens with their probabilities as bars; the drawn one is marked. */
export function AlternativeList({ tokens, token }: { tokens: HeatmapTokens; token: number }) {
  const all = alternativesOf(tokens, token)
  if (all.length === 0) return null
  return (
    <section className="alternatives" aria-label={t('Likeliest tokens')}>
      <h3>{t('Likeliest tokens')}</h3>
      <ol>
        {all.map(({ id, text, logprob, probability, drawn }) => (
          <li
            key={id}
            className={drawn ? 'alternative-drawn' : undefined}
            title={t('Id {id}, log-probability {logprob} nats', { id: String(id), logprob: formatNumber(logprob) })}
          >
            <span className="mono ellipsis">{text}</span>
            <span className="alternative-bar" aria-hidden>
              <span style={{ width: `${100 * probability}%` }} />
            </span>
            <span className="number">{formatPercent(probability, 1)}</span>
            {drawn && <span className="visually-hidden">{t('drawn')}</span>}
          </li>
        ))}
      </ol>
    </section>
  )
}
