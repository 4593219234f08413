import { useMemo, useState } from 'react'
import type { Trace } from '../../src-preload/contract/trace.ts'
import { useTheme } from '../lib/view-state.ts'
import { channels, domainOf } from './channels.ts'
import { classifyTokens, linearQuantile, sortedValues } from './classify.ts'
import { classLevels, colourLevels, colourTable, heatmapPalettes } from './colours.ts'
import { useHeatmapSettings } from './heatmap-settings.ts'
import { HeatmapView } from './heatmap-view.tsx'
import { TokenInspector } from './inspector.tsx'
import { HeatmapLegend } from './legend.tsx'
import { createHeatmapLink } from './link.ts'
import { shapeOf } from './scale.ts'
import { createScrollLink, type ScrollLink } from './scroll-link.ts'
import { decodeTokens } from './tokens.ts'
import { ViewControls } from './view-controls.tsx'
import './heatmap.css'
import { t } from '../lib/i18n/translate.ts'

interface PairedResponse {
  readonly text: string
  readonly trace: Trace
  readonly advantage: number
}

/** Quantile of the class mark where no run's rule is at hand. */
const usualQuantile = 0.8

/** Two responses in the colours of one scale; the arrow keys and the scroll bars move both at once. */
export function PairedHeatmaps({ responses }: { responses: readonly [PairedResponse, PairedResponse] }) {
  const [focused, setFocused] = useState(-1)
  const [scroll] = useState(createScrollLink)
  const chosen = channels[useHeatmapSettings((settings) => settings.channel)]
  const channel = responses.every(({ trace }) => chosen.recorded(trace)) ? chosen : channels.entropy
  const values = useMemo(() => responses.map((response) => channel.values(response)), [channel, responses])
  const domain = useMemo(() => {
    const together = new Float32Array(values.reduce((sum, one) => sum + one.length, 0))
    let offset = 0
    for (const one of values) {
      together.set(one, offset)
      offset += one.length
    }
    return domainOf(channel, together)
  }, [channel, values])
  const scale = useHeatmapSettings((settings) => settings.scale)
  const shape = shapeOf(channel.kind, scale)
  return (
    <section className="response-heatmap" aria-label={t('Tokens of both responses')}>
      <div className="heatmap-controls">
        <ViewControls trace={responses[0].trace} domain={domain} />
      </div>
      <div className="pair">
        {responses.map((response, index) => (
          <Side
            // biome-ignore lint/suspicious/noArrayIndexKey: there are always two, left and right.
            key={index}
            response={response}
            values={values[index]!}
            end={domain.end}
            channelId={channel.id}
            focused={focused < response.trace.ids.length ? focused : -1}
            onFocus={setFocused}
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
  readonly channelId: keyof typeof channels
  readonly focused: number
  readonly onFocus: (token: number) => void
  readonly scroll: ScrollLink
}

function Side({ response: { text, trace }, values, end, channelId, focused, onFocus, scroll }: SideProps) {
  const [link] = useState(createHeatmapLink)
  const theme = useTheme()
  const scale = useHeatmapSettings((settings) => settings.scale)
  const wrap = useHeatmapSettings((settings) => settings.wrap)
  const quantile = useHeatmapSettings((settings) => settings.quantile) ?? usualQuantile
  const tokens = useMemo(() => decodeTokens(text, trace), [text, trace])
  const reasoning = useMemo(
    () => classifyTokens(trace, linearQuantile(sortedValues(trace.entropies), quantile), 'at-or-above'),
    [trace, quantile],
  )
  const look = useMemo(() => {
    const { kind, origin } = channels[channelId]
    const levels =
      kind === 'class' ? classLevels(reasoning) : colourLevels(kind, values, end, origin, shapeOf(kind, scale))
    return { table: colourTable(kind, theme), levels, reasoning, palette: heatmapPalettes[theme] }
  }, [channelId, theme, reasoning, values, end, scale])
  return (
    <div className="heatmap-side-by-side">
      <div className="card heatmap-card pair-card">
        <HeatmapView {...{ tokens, look, wrap, focused, link, onFocus, scroll }} found={null} range={null} />
      </div>
      <TokenInspector tokens={tokens} focused={focused} link={link} reasoning={reasoning} />
    </div>
  )
}
