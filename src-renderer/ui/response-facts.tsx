import type { SampleEnd } from '../../src-preload/contract/sample.ts'
import { formatDuration, formatFixed } from '../lib/format.ts'
import { serviceText } from '../lib/i18n/service-text.ts'
import { t, tn } from '../lib/i18n/translate.ts'
import type { SampledResponse } from '../lib/sampling/sample-job.ts'
import { finishWords, Verdict } from './verdict.tsx'

const endWords = ({ finishReason }: SampleEnd): string =>
  finishReason === 'stopped' ? t('stopped') : t(finishWords[finishReason])

/** How a sampled response was judged, and its length and uncertainty so far. */
export function ResponseFacts({ response: { trace, end } }: { response: SampledResponse }) {
  const tokens = trace.entropies.length
  const mean = tokens === 0 ? null : trace.entropies.reduce((sum, value) => sum + value, 0) / tokens
  return (
    <>
      {end?.verdict && <Verdict correct={end.verdict.correct} word />}
      {end?.verdict && (
        <span className="mono ellipsis" title={serviceText(end.verdict.reason)}>
          {end.verdict.extracted ?? t('no answer')}
        </span>
      )}
      <span className="quiet">{tn(tokens, '{count} token', '{count} tokens')}</span>
      <span className="quiet" title={t('Mean entropy')}>
        {t('{value} nats', { value: formatFixed(mean, 3) })}
      </span>
      <span className="quiet">{end ? endWords(end) : t('sampling…')}</span>
      {end && <span className="quiet">{formatDuration(end.ms)}</span>}
    </>
  )
}
