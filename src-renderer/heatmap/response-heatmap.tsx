import { useEffect, useMemo, useRef, useState } from 'react'
import type { Trace } from '../../src-preload/contract/trace.ts'
import { usePageActions } from '../commands/registry.ts'
import { useAddressState } from '../lib/hash-location.ts'
import { useTheme } from '../lib/view-state.ts'
import { DataTable } from '../ui/data-table.tsx'
import { channels, clipCategories, domainOf, type TokenSource } from './channels.ts'
import { ClassControls } from './class-controls.tsx'
import { type ClassRule, classifyTokens, sortedValues, type TieRule, thresholdOf } from './classify.ts'
import { type ColourTable, classLevels, colourLevels, colourTable, heatmapPalettes } from './colours.ts'
import { tokenFacts } from './describe.ts'
import { drawnValues } from './drawn-values.ts'
import { heatmapActions } from './heatmap-actions.ts'
import { useHeatmapSettings } from './heatmap-settings.ts'
import { HeatmapView } from './heatmap-view.tsx'
import { HistogramView } from './histogram-view.tsx'
import { TokenInspector } from './inspector.tsx'
import { HeatmapLegend } from './legend.tsx'
import { createHeatmapLink } from './link.ts'
import { type PlotCategory, rangeAround, type TokenRange } from './plot.ts'
import { shapeOf } from './scale.ts'
import { searchTokens } from './search.ts'
import { TokenPlot } from './token-plot.tsx'
import { TokenSearch } from './token-search.tsx'
import { decodeTokens, type HeatmapTokens } from './tokens.ts'
import { ViewControls } from './view-controls.tsx'
import './heatmap.css'
import { t } from '../lib/i18n/translate.ts'

export interface ResponseHeatmapProps {
  readonly text: string
  readonly trace: Trace
  readonly advantage: number
  /** The run's own rule: where the slider starts, and how a tie is decided. */
  readonly rule: { readonly quantile: number; readonly ties: TieRule }
  /** The token the address names, or -1. */
  readonly focused: number
  readonly onFocus: (token: number) => void
}

const none: readonly number[] = []

/** A response token by token: a plot, the text, what its colours stand for, the class rule and the numbers of a token. */
export function ResponseHeatmap({ text, trace, advantage, rule, focused, onFocus }: ResponseHeatmapProps) {
  const [asTable, setAsTable] = useState(false)
  const [wanted, setWanted] = useAddressState('find')
  const [range, setRange] = useState<TokenRange | null>(null)
  const [link] = useState(createHeatmapLink)
  const wrap = useHeatmapSettings((settings) => settings.wrap)
  const source = useMemo(() => ({ trace, advantage }), [trace, advantage])
  const tokens = useMemo(() => decodeTokens(text, trace), [text, trace])
  const classes = useClasses(trace, rule)
  const shown = useShownChannel(source, classes.reasoning, classes.threshold)
  const openedWith = useRef<string | null>(wanted)
  const latestFocus = useRef(focused)
  latestFocus.current = focused
  usePageActions(
    useMemo(
      () =>
        heatmapActions({
          trace,
          toggleTable: () => setAsTable((shownNow) => !shownNow),
          lookAround: () => setRange((now) => (now ? null : rangeAround(latestFocus.current, trace.ids.length))),
        }),
      [trace],
    ),
  )
  const found = useMemo(() => searchTokens(tokens, text, wanted), [tokens, text, wanted])
  const plotRange = useMemo<TokenRange>(() => range ?? [0, Math.max(0, tokens.count - 1)], [range, tokens])
  const plotLook = useMemo(() => ({ ...shown.plot, range: plotRange }), [shown.plot, plotRange])
  useEffect(() => {
    // A search that the address came with does not lead away from its token.
    if (wanted === openedWith.current) return
    openedWith.current = null
    if (found?.starts[0] !== undefined) onFocus(found.starts[0])
  }, [wanted, found, onFocus])
  return (
    <section className="response-heatmap" aria-label={t('Tokens of the response')}>
      <div className="heatmap-controls">
        <ViewControls trace={trace} domain={shown.domain} asTable={asTable} onTable={setAsTable} />
        <TokenSearch {...{ wanted, found, focused, onFocus }} onChange={setWanted} />
        <ClassControls {...classes} trace={trace} ownQuantile={rule.quantile} ties={rule.ties} />
      </div>
      <div className={asTable ? 'heatmap-body heatmap-body-wide' : 'heatmap-body'}>
        <div className="card heatmap-card">
          {asTable ? (
            <TokenTable tokens={tokens} reasoning={classes.reasoning} />
          ) : (
            <>
              <TokenPlot
                label={t(shown.channel.label)}
                look={plotLook}
                found={found?.starts ?? none}
                {...{ focused, link, onFocus }}
                onBrush={(next) => {
                  setRange(next)
                  if (next) onFocus(next[0])
                }}
              />
              <HeatmapView
                look={shown.look}
                found={found?.marks ?? null}
                {...{ tokens, wrap, focused, link, range, onFocus }}
              />
            </>
          )}
          {!asTable && <HeatmapLegend channel={shown.channel} domain={shown.domain} shape={shown.shape} />}
        </div>
        {!asTable && (
          <div className="heatmap-side">
            <TokenInspector tokens={tokens} focused={focused} link={link} reasoning={classes.reasoning} />
            {shown.channel.kind !== 'clip' && (
              <div className="card histogram-card">
                <HistogramView channel={shown.channel} drawn={shown.plot} threshold={shown.plot.threshold} />
              </div>
            )}
          </div>
        )}
      </div>
    </section>
  )
}

/** The token classes by the rule chosen now. */
function useClasses(trace: Trace, own: ResponseHeatmapProps['rule']) {
  const { mode, quantile, threshold: nats } = useHeatmapSettings()
  const sorted = useMemo(() => sortedValues(trace.entropies), [trace])
  return useMemo(() => {
    const rule: ClassRule =
      mode === 'quantile'
        ? { mode, quantile: quantile ?? own.quantile }
        : mode === 'threshold'
          ? { mode, threshold: nats }
          : { mode }
    const threshold = thresholdOf(rule, sorted)
    return { rule, threshold, most: sorted.at(-1) ?? 0, reasoning: classifyTokens(trace, threshold, own.ties) }
  }, [mode, quantile, nats, own.quantile, own.ties, sorted, trace])
}

/** Values and colours of the chosen channel, or of the entropy where the trace does not hold the chosen one. */
function useShownChannel(source: TokenSource, reasoning: Uint8Array, threshold: number | null) {
  const theme = useTheme()
  const chosen = channels[useHeatmapSettings((settings) => settings.channel)] ?? channels.entropy
  const channel = chosen.recorded(source.trace) ? chosen : channels.entropy
  const held = useHeatmapSettings((settings) => settings.heldEnds[channel.id])
  const values = useMemo(() => channel.values(source), [channel, source])
  const domain = useMemo(() => {
    const own = domainOf(channel, values)
    return held === undefined ? own : domainOf({ ...channel, ends: [held] }, values)
  }, [channel, values, held])
  const table = useMemo(() => colourTable(channel.kind, theme), [channel.kind, theme])
  const shape = shapeOf(
    channel.kind,
    useHeatmapSettings((settings) => settings.scale),
  )
  const valueLevels = useMemo(
    () => colourLevels(channel.kind, values, domain.end, channel.origin, shape),
    [channel, values, domain.end, shape],
  )
  const palette = heatmapPalettes[theme]
  const look = useMemo(
    () => ({ table, levels: channel.kind === 'class' ? classLevels(reasoning) : valueLevels, reasoning, palette }),
    [table, channel.kind, valueLevels, reasoning, palette],
  )
  const ofEntropies = channel.id === 'entropy' || channel.id === 'class'
  const drawn = useMemo(() => drawnValues(channel, values, domain.end, shape), [channel, values, domain.end, shape])
  const plot = useMemo(() => {
    const level = ofEntropies && threshold !== null ? drawn.place(threshold) : null
    const categories = channel.kind === 'clip' ? clipColours(table) : null
    return { ...drawn, reasoning, threshold: level, palette, categories }
  }, [drawn, reasoning, ofEntropies, threshold, palette, channel.kind, table])
  return { channel, values, domain, look, plot, shape }
}

/** The names of the clip categories with their grounds. */
const clipColours = ({ grounds }: ColourTable): PlotCategory[] =>
  clipCategories.map((name, index) => ({
    name: t(name),
    colour: grounds[Math.round((index / (clipCategories.length - 1)) * 255)]!,
  }))

function TokenTable({ tokens, reasoning }: { tokens: HeatmapTokens; reasoning: Uint8Array }) {
  const facts = tokens.count > 0 ? tokenFacts(tokens, 0, false) : []
  return (
    <DataTable
      label={t('Tokens with their numbers')}
      className="token-table"
      columns={[{ label: t('Token') }, ...facts.map(({ label, words }) => ({ label, number: !words }))]}
      rowCount={tokens.count}
      cell={(row, column) =>
        column === 0
          ? tokens.shown[row]!
          : (tokenFacts(tokens, row, reasoning[row] === 1).find((fact) => fact.label === facts[column - 1]!.label)
              ?.value ?? '')
      }
    />
  )
}
