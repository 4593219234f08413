import { useEffect } from 'react'
import { CompactHeatmap, type ShownResponse, useShownResponse } from '../../heatmap/compact-heatmap.tsx'
import type { SharedScale } from '../../heatmap/shared-scale.ts'
import { t } from '../../lib/i18n/translate.ts'
import type { SampledResponse } from '../../lib/sampling/sample-job.ts'
import { ResponseFacts } from '../../ui/response-facts.tsx'

interface ResponseCellProps {
  readonly response: SampledResponse
  readonly scale: SharedScale
  /** Place among the responses of the scale. */
  readonly index: number
  readonly focused: number
  /** The reader's attention: which response, and at which token. */
  readonly onAttend: (shown: ShownResponse, focused: number) => void
}

/** One response as it grows. */
export function ResponseCell({ response, scale, index, focused, onAttend }: ResponseCellProps) {
  const shown = useShownResponse(response.text, response.trace, false)
  const attended = focused >= 0
  useEffect(() => {
    // The inspector goes on with a response that grows.
    if (attended) onAttend(shown, focused)
  }, [attended, shown, focused, onAttend])
  return (
    <article
      className="card sample-response"
      aria-label={t('Response {index}', { index: response.row + 1 })}
      onPointerEnter={() => onAttend(shown, focused)}
    >
      <header>
        <span className="quiet">{response.row + 1}</span>
        <ResponseFacts response={response} />
      </header>
      <CompactHeatmap
        response={shown}
        values={scale.values[index]!}
        end={scale.domain.end}
        channelId={scale.channel.id}
        focused={focused}
        onFocus={(token) => onAttend(shown, token)}
      />
    </article>
  )
}
