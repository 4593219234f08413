import { Table2 } from 'lucide-react'
import { useMemo, useState } from 'react'
import { type Trace, traceFlags } from '../../src-preload/contract/trace.ts'
import { formatNumber } from '../lib/format.ts'
import { useTheme } from '../lib/view-state.ts'
import { Button } from '../ui/button.tsx'
import { DataTable } from '../ui/data-table.tsx'
import { type ChannelId, channelIds, channels, domainOf } from './channels.ts'
import { classifyTokens, countOnes, linearQuantile, type TieRule } from './classify.ts'
import { classLevels, colourLevels, colourTable, heatmapPalettes } from './colours.ts'
import { tokenFacts } from './describe.ts'
import { HeatmapView } from './heatmap-view.tsx'
import { TokenInspector } from './inspector.tsx'
import { HeatmapLegend } from './legend.tsx'
import { decodeTokens, type HeatmapTokens } from './tokens.ts'
import './heatmap.css'

export interface ResponseHeatmapProps {
  readonly text: string
  readonly trace: Trace
  /** The run's own rule: where the slider starts, and how a tie is decided. */
  readonly rule: { readonly quantile: number; readonly ties: TieRule }
}

/** A response token by token, with what its colours stand for, the class slider and the numbers of a token. */
export function ResponseHeatmap({ text, trace, rule }: ResponseHeatmapProps) {
  const [channelId, setChannelId] = useState<ChannelId>('entropy')
  const [quantile, setQuantile] = useState(rule.quantile)
  const [focused, setFocused] = useState(-1)
  const [hovered, setHovered] = useState(-1)
  const [asTable, setAsTable] = useState(false)
  const theme = useTheme()
  const tokens = useMemo(() => decodeTokens(text, trace), [text, trace])
  const threshold = useMemo(() => linearQuantile(trace.entropies, quantile), [trace, quantile])
  const reasoning = useMemo(() => classifyTokens(trace.entropies, threshold, rule.ties), [trace, threshold, rule.ties])
  const channel = channels[channelId]
  const values = useMemo(() => channel.values(trace) ?? trace.entropies, [channel, trace])
  const domain = useMemo(() => domainOf(channel.kind, values), [channel, values])
  const look = useMemo(
    () => ({
      table: colourTable(channel.kind, theme),
      levels: channel.kind === 'class' ? classLevels(reasoning) : colourLevels(channel.kind, values, domain.end),
      reasoning,
      palette: heatmapPalettes[theme],
    }),
    [channel, values, domain, reasoning, theme],
  )
  return (
    <section className="response-heatmap" aria-label="Tokens of the response">
      <div className="heatmap-controls">
        <ChannelSelect trace={trace} value={channelId} onChange={setChannelId} />
        <QuantileSlider {...{ trace, rule, quantile, threshold, reasoning }} onChange={setQuantile} />
        <Button
          small
          icon={<Table2 size={14} aria-hidden />}
          aria-pressed={asTable}
          onClick={() => setAsTable(!asTable)}
        >
          Table
        </Button>
      </div>
      <div className={asTable ? 'heatmap-body heatmap-body-wide' : 'heatmap-body'}>
        <div className="card heatmap-card">
          {asTable ? (
            <TokenTable tokens={tokens} reasoning={reasoning} />
          ) : (
            <HeatmapView {...{ tokens, look, focused }} onFocus={setFocused} onHover={setHovered} />
          )}
          <HeatmapLegend channel={channel} domain={domain} />
        </div>
        {!asTable && <TokenInspector tokens={tokens} token={hovered >= 0 ? hovered : focused} reasoning={reasoning} />}
      </div>
    </section>
  )
}

function ChannelSelect(props: { trace: Trace; value: ChannelId; onChange: (id: ChannelId) => void }) {
  return (
    <label className="slider-label">
      Colour
      <select
        className="select"
        value={props.value}
        onChange={(event) => props.onChange(event.target.value as ChannelId)}
      >
        {channelIds.map((id) => {
          const missing = channels[id].values(props.trace) === null
          return (
            <option key={id} value={id} disabled={missing}>
              {channels[id].label}
              {missing ? ' (not recorded)' : ''}
            </option>
          )
        })}
      </select>
    </label>
  )
}

interface QuantileSliderProps extends Pick<ResponseHeatmapProps, 'trace' | 'rule'> {
  readonly quantile: number
  readonly threshold: number
  readonly reasoning: Uint8Array
  readonly onChange: (quantile: number) => void
}

/** Which tokens count as reasoning tokens: those at or above this quantile of the response's own entropies. */
function QuantileSlider({ trace, rule, quantile, threshold, reasoning, onChange }: QuantileSliderProps) {
  const differing = reasoning.reduce(
    (count, mark, token) => count + Number((trace.flags[token]! & traceFlags.reasoning) !== mark),
    0,
  )
  return (
    <div className="quantile">
      <label className="slider-label">
        Reasoning above quantile
        <input
          type="range"
          min={0}
          max={1}
          step={0.01}
          value={quantile}
          onChange={(event) => onChange(Number(event.target.value))}
        />
        <output className="mono">{quantile.toFixed(2)}</output>
      </label>
      <span className="quiet" data-testid="threshold">
        H {rule.ties === 'above' ? '>' : '≥'} {formatNumber(threshold)} nats: {countOnes(reasoning)} of{' '}
        {reasoning.length} tokens
        {differing > 0 ? `, ${differing} other than in the run` : ', as in the run'}
      </span>
      {quantile !== rule.quantile && (
        <Button small kind="quiet" onClick={() => onChange(rule.quantile)}>
          Back to {rule.quantile}
        </Button>
      )}
    </div>
  )
}

function TokenTable({ tokens, reasoning }: { tokens: HeatmapTokens; reasoning: Uint8Array }) {
  const labels = tokens.count > 0 ? tokenFacts(tokens, 0, false).map((fact) => fact.label) : []
  return (
    <DataTable
      label="Tokens with their numbers"
      className="token-table"
      columns={[{ label: 'Token' }, ...labels.map((label) => ({ label, number: !/^(Class|Clip)/.test(label) }))]}
      rowCount={tokens.count}
      cell={(row, column) =>
        column === 0 ? tokens.shown[row]! : (tokenFacts(tokens, row, reasoning[row] === 1)[column - 1]?.value ?? '')
      }
    />
  )
}
