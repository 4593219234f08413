import { useEffect, useState } from 'react'
import { dataFit, dataSentences } from '../../../src-preload/contract/data-facts.ts'
import { diskFits, diskSentences, samplesSentences, timeSentences } from '../../../src-preload/contract/estimate.ts'
import {
  type MemoryEstimate,
  type MemoryPart,
  memoryFits,
  memoryParts,
  memorySentences,
  memoryText,
} from '../../../src-preload/contract/preflight.ts'
import type { Sentence } from '../../../src-preload/contract/sentence.ts'
import { joinSentences, t } from '../../lib/i18n/translate.ts'
import { useCall } from '../../lib/queries.ts'
import { BusyBar } from '../../ui/busy-bar.tsx'
import { Message } from '../../ui/message.tsx'

/** How long after the last change the services are asked; each answer takes a process of its own. */
const askAfterMs = 800

/** What the run will take: data, samples, time, disk and memory; asked for once the settings fit, dimmed while they do not. */
export function PreflightPanel({ config, ready }: { config: string; ready: boolean }) {
  const settled = useSettled(config, askAfterMs)
  const query = useCall(
    'runs.estimate',
    { config: settled },
    { enabled: ready && settled === config, keepPrevious: true },
  )
  if (!query.data) return query.isFetching ? <BusyBar label={t('Estimating what the run will take')} /> : null
  const { memory, data, samples, time, disk } = query.data
  return (
    <section
      aria-label={t('Before the start')}
      className={ready ? 'preflight' : 'preflight preflight-stale'}
      title={ready ? undefined : t('Of the settings before: they are estimated anew once every setting fits')}
    >
      <dl className="preflight-facts">
        <Fact label={t('Data')} sentences={dataSentences(data)} fits={dataFit(data)} />
        <Fact label={t('Samples')} sentences={samplesSentences(samples)} />
        <Fact label={t('Time')} sentences={timeSentences(time)} />
        <Fact label={t('Disk')} sentences={diskSentences(disk)} fits={diskFits(disk)} />
        <Fact label={t('Memory')} sentences={memorySentences(memory)} fits={memoryFits(memory)} />
      </dl>
      {query.isFetching && <BusyBar label={t('Estimating what the run will take')} />}
      <Bar estimate={memory} />
    </section>
  )
}

function Fact({ label, sentences, fits = true }: { label: string; sentences: readonly Sentence[]; fits?: boolean }) {
  const text = joinSentences(sentences.map(({ text, values }) => t(text, values)))
  return (
    <div>
      <dt>{label}</dt>
      <dd>{fits ? text : <Message tone="warn">{text}</Message>}</dd>
    </div>
  )
}

function Bar({ estimate: { parts } }: { estimate: MemoryEstimate }) {
  const shown = (Object.keys(memoryParts) as MemoryPart[]).filter((name) => parts[name] > 0)
  return (
    <dl className="memory-parts">
      {shown.map((name) => (
        <div key={name} title={t(memoryParts[name].description)} style={{ flexGrow: parts[name] }}>
          <dt>{t(memoryParts[name].label)}</dt>
          <dd>{memoryText(parts[name])}</dd>
        </div>
      ))}
    </dl>
  )
}

/** A value once it has stayed the same for a while. */
function useSettled(value: string, afterMs: number): string {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), afterMs)
    return () => clearTimeout(timer)
  }, [value, afterMs])
  return settled
}
