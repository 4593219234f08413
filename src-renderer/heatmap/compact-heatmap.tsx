import { useMemo, useState } from 'react'
import type { Trace } from '../../src-preload/contract/trace.ts'
import { useTheme } from '../lib/view-state.ts'
import { type ChannelId, channels } from './channels.ts'
import { classifyTokens, linearQuantile, sortedValues } from './classify.ts'
import { classLevels, colourLevels, colourTable, heatmapPalettes } from './colours.ts'
import { useHeatmapSettings } from './heatmap-settings.ts'
import { HeatmapView } from './heatmap-view.tsx'
import { createHeatmapLink, type HeatmapLink } from './link.ts'
import { shapeOf } from './scale.ts'
import type { ScrollLink } from './scroll-link.ts'
import { decodeTokens, type HeatmapTokens } from './tokens.ts'

/** Quantile of the class mark where no run's rule is at hand. */
const usualQuantile = 0.8

export interface ShownResponse {
  readonly tokens: HeatmapTokens
  readonly reasoning: Uint8Array
  readonly link: HeatmapLink
}

/** Tokens and classes of a response that is one of several on the page. */
export function useShownResponse(text: string, trace: Trace, ofRun = true): ShownResponse {
  const [link] = useState(createHeatmapLink)
  const quantile = useHeatmapSettings((settings) => settings.quantile) ?? usualQuantile
  const tokens = useMemo(() => decodeTokens(text, trace, ofRun), [text, trace, ofRun])
  const reasoning = useMemo(
    () => classifyTokens(trace, linearQuantile(sortedValues(trace.entropies), quantile), 'at-or-above'),
    [trace, quantile],
  )
  return useMemo(() => ({ tokens, reasoning, link }), [tokens, reasoning, link])
}

interface CompactHeatmapProps {
  readonly response: ShownResponse
  readonly values: Float32Array
  /** Of the colour scale, which the responses of a page share. */
  readonly end: number
  readonly channelId: ChannelId
  readonly focused: number
  readonly onFocus: (token: number) => void
  /** 1 for each token to frame. Memoise it. Default: none. */
  readonly framed?: Uint8Array | null
  readonly scroll?: ScrollLink
}

/** The heatmap alone, in the colours of a scale that others share. */
export function CompactHeatmap({ response, values, end, channelId, framed = null, ...rest }: CompactHeatmapProps) {
  const { tokens, reasoning, link } = response
  const theme = useTheme()
  const wrap = useHeatmapSettings((settings) => settings.wrap)
  const scale = useHeatmapSettings((settings) => settings.scale)
  const look = useMemo(() => {
    const { kind, origin } = channels[channelId]
    const shape = shapeOf(kind, scale)
    const levels = kind === 'class' ? classLevels(reasoning) : colourLevels(kind, values, end, origin, shape)
    return { table: colourTable(kind, theme), levels, reasoning, palette: heatmapPalettes[theme] }
  }, [channelId, theme, reasoning, values, end, scale])
  return <HeatmapView {...{ tokens, look, wrap, link, ...rest }} found={framed} range={null} />
}
