import { FlaskConical, Square } from 'lucide-react'
import { useEffect, useMemo, useRef, useState } from 'react'
import { CompactHeatmap, useShownResponse } from '../../heatmap/compact-heatmap.tsx'
import { TokenInspector } from '../../heatmap/inspector.tsx'
import { HeatmapLegend } from '../../heatmap/legend.tsx'
import { type SharedScale, useSharedScale } from '../../heatmap/shared-scale.ts'
import { formatFixed } from '../../lib/format.ts'
import { tx } from '../../lib/i18n/elements.ts'
import { serviceText } from '../../lib/i18n/service-text.ts'
import { t } from '../../lib/i18n/translate.ts'
import type { SampledResponse } from '../../lib/sampling/sample-job.ts'
import { useSampleJob } from '../../lib/sampling/use-sample-job.ts'
import { Button } from '../../ui/button.tsx'
import { LaneHead } from '../../ui/lane-head.tsx'
import { Message } from '../../ui/message.tsx'
import { ResponseFacts } from '../../ui/response-facts.tsx'
import './dry-run.css'
import '../../heatmap/heatmap.css'

/** Three prompts of the config, sampled, verified and rewarded as the run would, before it starts. */
export function DryRunPanel({ config, ready }: { config: string; ready: boolean }) {
  const { now, busy, start, stop } = useSampleJob()
  const [tried, setTried] = useState('')
  const sources = useMemo(() => now.responses.map(({ trace }) => ({ trace, advantage: 0 })), [now.responses])
  const scale = useSharedScale(sources)
  // What comes lies below the end of the page: the page follows it once.
  const section = useRef<HTMLElement>(null)
  const hasCome = now.responses.length > 0
  useEffect(() => {
    if (hasCome) section.current?.scrollIntoView({ block: 'start' })
  }, [hasCome])
  const tryOut = (): void => {
    setTried(config)
    void start({ kind: 'dry_run', config })
  }
  return (
    <section ref={section} className="dry-run" aria-label={t('Dry run')}>
      <div className="dry-run-head">
        {busy ? (
          <Button icon={<Square size={14} aria-hidden />} onClick={stop}>
            {t('Stop')}
          </Button>
        ) : (
          <Button icon={<FlaskConical size={15} aria-hidden />} disabled={!ready} onClick={tryOut}>
            {t('Try three samples')}
          </Button>
        )}
        {now.state === 'idle' && (
          <span className="quiet">{t('Samples, verifies and rewards three prompts as the run would.')}</span>
        )}
        {!busy && now.state === 'done' && tried !== config && (
          <span className="quiet">{t('The settings have changed since.')}</span>
        )}
      </div>
      {now.error !== null && <Message tone="bad">{now.error}</Message>}
      {now.lanes.map((lane) => (
        <LaneHead key={lane.model} lane={lane} prompt={undefined} />
      ))}
      {now.responses.map((response, index) => (
        <Sample key={response.row} {...{ response, index, scale }} />
      ))}
      {now.responses.length > 0 && (
        <HeatmapLegend channel={scale.channel} domain={scale.domain} shape={scale.shape} sampled />
      )}
    </section>
  )
}

interface SampleProps {
  readonly response: SampledResponse
  readonly index: number
  readonly scale: SharedScale
}

function Sample({ response, index, scale }: SampleProps) {
  const { prompt, answer, text, trace, end } = response
  const shown = useShownResponse(text, trace, false)
  const [focused, setFocused] = useState(-1)
  return (
    <article className="card dry-run-sample" aria-label={t('Sample {index}', { index: index + 1 })}>
      <header>
        <ResponseFacts response={response} />
      </header>
      <div className="dry-run-texts">
        <div>
          <h3>{t('Prompt as the model reads it')}</h3>
          <pre>{prompt}</pre>
          {end && <Rewarded answer={answer} end={end} />}
        </div>
        <CompactHeatmap
          response={shown}
          values={scale.values[index]!}
          end={scale.domain.end}
          channelId={scale.channel.id}
          focused={focused}
          onFocus={setFocused}
        />
        <TokenInspector
          {...shown}
          focused={focused}
          label={t('Numbers of a token, sample {index}', { index: index + 1 })}
        />
      </div>
    </article>
  )
}

/** The verdict with its reason, and the reward part by part. */
function Rewarded({ answer, end }: { answer: string | null; end: NonNullable<SampledResponse['end']> }) {
  const facts = [['reward', end.reward] as const, ...Object.entries(end.rewardParts)]
  return (
    <>
      {end.verdict && (
        <p>
          {tx('Expected {answer}, found {found}.', {
            answer: <b className="mono">{answer?.slice(0, 200)}</b>,
            found: <b className="mono">{end.verdict.extracted ?? t('no answer')}</b>,
          })}{' '}
          <span className="quiet">{serviceText(end.verdict.reason)}</span>
        </p>
      )}
      <dl className="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt className="mono">{name}</dt>
            <dd>{formatFixed(value, 3)}</dd>
          </div>
        ))}
      </dl>
    </>
  )
}
