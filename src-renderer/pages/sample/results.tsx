import { useCallback, useMemo, useState } from 'react'
import type { ShownResponse } from '../../heatmap/compact-heatmap.tsx'
import { TokenInspector } from '../../heatmap/inspector.tsx'
import { HeatmapLegend } from '../../heatmap/legend.tsx'
import { useSharedScale } from '../../heatmap/shared-scale.ts'
import { ViewControls } from '../../heatmap/view-controls.tsx'
import { t } from '../../lib/i18n/translate.ts'
import type { SampleView } from '../../lib/sampling/sample-job.ts'
import { LaneHead } from '../../ui/lane-head.tsx'
import { Message } from '../../ui/message.tsx'
import { ResponseCell } from './response-cell.tsx'
import '../../heatmap/heatmap.css'

interface Attended {
  readonly key: string
  readonly shown: ShownResponse
  readonly focused: number
}

/** The responses of every model side by side, in the colours of one scale, with the numbers of the token in sight. */
export function SampleResults({ view: { lanes, responses } }: { view: SampleView }) {
  const sources = useMemo(() => responses.map(({ trace }) => ({ trace, advantage: 0 })), [responses])
  const scale = useSharedScale(sources)
  const [attended, setAttended] = useState<Attended | null>(null)
  const attend = useCallback((key: string, shown: ShownResponse, focused: number) => {
    setAttended((now) =>
      now?.key === key && now.shown === shown && now.focused === focused ? now : { key, shown, focused },
    )
  }, [])
  const [first] = responses
  return (
    <section className="sample-results" aria-label={t('Responses')}>
      {first && (
        <div className="heatmap-controls">
          <ViewControls trace={first.trace} domain={scale.domain} />
          <HeatmapLegend channel={scale.channel} domain={scale.domain} shape={scale.shape} sampled />
        </div>
      )}
      {new Set(lanes.flatMap(({ tokenizer }) => tokenizer ?? [])).size > 1 && (
        <Message tone="warn">
          {t(
            'These models have different tokenizers: they cut the same text into other tokens, so token counts, places and entropies per token do not line up.',
          )}
        </Message>
      )}
      <div className="sample-lanes" style={{ '--lanes': lanes.length } as React.CSSProperties}>
        {lanes.map((lane, laneIndex) => (
          <section key={lane.model} className="sample-lane" aria-label={lane.model}>
            <LaneHead lane={lane} prompt={responses.find((response) => response.lane === laneIndex)?.prompt} />
            {responses.map((response, index) => {
              if (response.lane !== laneIndex) return null
              const key = `${response.lane} ${response.row}`
              return (
                <Cell
                  key={key}
                  id={key}
                  {...{ response, scale, index, attend }}
                  focused={attended?.key === key ? attended.focused : -1}
                />
              )
            })}
          </section>
        ))}
      </div>
      {attended && (
        <div className="sample-inspector">
          <TokenInspector {...attended.shown} focused={attended.focused} />
        </div>
      )}
    </section>
  )
}

interface CellProps extends Omit<React.ComponentProps<typeof ResponseCell>, 'onAttend'> {
  readonly id: string
  readonly attend: (key: string, shown: ShownResponse, focused: number) => void
}

function Cell({ id, attend, ...rest }: CellProps) {
  const onAttend = useCallback((shown: ShownResponse, focused: number) => attend(id, shown, focused), [id, attend])
  return <ResponseCell {...rest} onAttend={onAttend} />
}
