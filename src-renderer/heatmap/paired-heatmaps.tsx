import { useCallback, useMemo, useState } from 'react'
import type { Trace } from '../../src-preload/contract/trace.ts'
import type { ChannelId } from './channels.ts'
import { CompactHeatmap, useShownResponse } from './compact-heatmap.tsx'
import { TokenInspector } from './inspector.tsx'
import { HeatmapLegend } from './legend.tsx'
import { areCutAlike, firstDifference, tokenInStep } from './lock-step.ts'
import { createScrollLink, type ScrollLink } from './scroll-link.ts'
import { useSharedScale } from './shared-scale.ts'
import { ViewControls } from './view-controls.tsx'
import './heatmap.css'
import { usePageActions } from '../commands/registry.ts'
import { t } from '../lib/i18n/translate.ts'
import { Button } from '../ui/button.tsx'
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
  const difference = useMemo(() => firstDifference(responses[0], responses[1], alike), [responses, alike])
  const { channel, values, domain, shape } = useSharedScale(responses)
  return (
    <section className="response-heatmap" aria-label={t('Tokens of both responses')}>
      <div className="heatmap-controls">
        <ViewControls trace={responses[0].trace} domain={domain} />
        {responses[0].ofRun !== false && <DifferenceControls {...{ responses, difference, setFocus }} />}
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
            differs={difference?.[index] ?? -1}
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

interface DifferenceProps {
  readonly responses: readonly PairedResponse[]
  readonly difference: readonly [left: number, right: number] | null
  readonly setFocus: (focus: { readonly side: number; readonly token: number }) => void
}

/** Where the responses part, and a way there. */
function DifferenceControls({ responses, difference, setFocus }: DifferenceProps) {
  const go = useCallback(() => {
    if (!difference) return
    const side = difference[0] >= 0 ? 0 : 1
    // A token that has the focus already may have been scrolled away.
    setFocus({ side, token: -1 })
    requestAnimationFrame(() => setFocus({ side, token: difference[side]! }))
  }, [difference, setFocus])
  const label = t('Go to the first difference')
  const section = t('Tokens of both responses')
  const enabled = difference !== null
  usePageActions(
    useMemo(
      () => [{ id: 'pair.difference', label, section, shortcut: 'd', enabled, run: go }],
      [label, section, enabled, go],
    ),
  )
  if (!difference) return <span className="quiet">{t('Both responses are the same.')}</span>
  // A side that ends there differs in what would come next.
  const [left, right] = responses.map(({ trace }, side) =>
    String((difference[side]! < 0 ? trace.ids.length : difference[side]!) + 1),
  ) as [string, string]
  return (
    <span className="difference-controls">
      <Button small title={`${label} (D)`} onClick={go}>
        {label}
      </Button>
      <span className="quiet">
        {left === right
          ? t('framed, at token {token}', { token: left })
          : t('framed, at token {left} on the left and {right} on the right', { left, right })}
      </span>
    </span>
  )
}

interface SideProps {
  readonly response: PairedResponse
  readonly values: Float32Array
  readonly end: number
  readonly channelId: ChannelId
  readonly focused: number
  readonly onFocus: (token: number) => void
  /** The first token that the other side does not share, or -1. */
  readonly differs: number
  readonly scroll: ScrollLink
  /** Of the numbers of its tokens. */
  readonly label: string
}

function Side({ response: { text, trace, ofRun }, focused, differs, label, ...rest }: SideProps) {
  const framed = useMemo(() => Uint8Array.from(trace.ids, (_, token) => Number(token === differs)), [trace, differs])
  const response = useShownResponse(text, trace, ofRun)
  return (
    <div className="heatmap-side-by-side">
      <div className="card heatmap-card pair-card">
        <CompactHeatmap response={response} {...{ focused, framed }} {...rest} />
      </div>
      <TokenInspector {...response} focused={focused} label={label} />
    </div>
  )
}
