import { useMemo, useState } from 'react'
import type { Trace } from '../../src-preload/contract/trace.ts'
import type { ChannelId } from './channels.ts'
import { CompactHeatmap, useShownResponse } from './compact-heatmap.tsx'
import { TokenInspector } from './inspector.tsx'
import { HeatmapLegend } from './legend.tsx'
import { areCutAlike, tokenInStep } from './lock-step.ts'
import { createScrollLink, type ScrollLink } from './scroll-link.ts'
import { useSharedScale } from './shared-scale.ts'
import { ViewControls } from './view-controls.tsx'
import './heatmap.css'
import { t } from '../lib/i18n/translate.ts'
import { Message } from '../ui/message.tsx'

interface PairedResponse {
  readonly text: string
  readonly trace: Trace
  readonly advantage: number
  /** False for one that no run trained on; default: true. */
  readonly ofRun?: boolean
}

/**
 * Two responses in the colours of one scale; the arrow keys and the scroll bars move both at once, by tokens or, where their
 * tokenizers differ, by characters.
 */
export function PairedHeatmaps({ responses }: { responses: readonly [PairedResponse, PairedResponse] }) {
  const [focus, setFocus] = useState({ side: 0, token: -1 })
  const alike = useMemo(() => areCutAlike(responses[0], responses[1]), [responses])
  const [scroll] = useState(createScrollLink)
  const { channel, values, domain, shape } = useSharedScale(responses)
  return (
    <section className="response-heatmap" aria-label={t('Tokens of both responses')}>
      <div className="heatmap-controls">
        <ViewControls trace={responses[0].trace} domain={domain} />
      </div>
      {!alike && (
        <Message tone="warn">
          {t(
            'These responses are of different tokenizers: both move by characters, and counts, log-probabilities and entropies per token cannot be held against each other.',
          )}
        </Message>
      )}
      <div className="pair">
        {responses.map((response, index) => (
          <Side
            // biome-ignore lint/suspicious/noArrayIndexKey: there are always two, left and right.
            key={index}
            label={index === 0 ? t('Numbers of a token, left') : t('Numbers of a token, right')}
            response={response}
            values={values[index]!}
            end={domain.end}
            channelId={channel.id}
            focused={
              focus.side === index
                ? focus.token
                : tokenInStep(responses[focus.side]!.trace, focus.token, response.trace, alike)
            }
            onFocus={(token) => setFocus({ side: index, token })}
            scroll={scroll}
          />
        ))}
      </div>
      <div className="card heatmap-card">
        <HeatmapLegend channel={channel} domain={domain} shape={shape} />
      </div>
    </section>
  )
}

interface SideProps {
  readonly response: PairedResponse
  readonly values: Float32Array
  readonly end: number
  readonly channelId: ChannelId
  readonly focused: number
  readonly onFocus: (token: number) => void
  readonly scroll: ScrollLink
  /** Of the numbers of its tokens. */
  readonly label: string
}

function Side({ response: { text, trace, ofRun }, focused, label, ...rest }: SideProps) {
  const response = useShownResponse(text, trace, ofRun)
  return (
    <div className="heatmap-side-by-side">
      <div className="card heatmap-card pair-card">
        <CompactHeatmap response={response} focused={focused} {...rest} />
      </div>
      <TokenInspector {...response} focused={focused} label={label} />
    </div>
  )
}
