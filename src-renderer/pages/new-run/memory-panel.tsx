import { useEffect, useState } from 'react'
import {
  type MemoryEstimate,
  type MemoryPart,
  memoryParts,
  memorySentences,
  memoryText,
} from '../../../src-preload/contract/preflight.ts'
import { t } from '../../lib/i18n/translate.ts'
import { useCall } from '../../lib/queries.ts'
import { Message } from '../../ui/message.tsx'

/** How long after the last change the services are asked; each answer takes a process of its own. */
const askAfterMs = 800

/** What the run will hold in memory, part by part; asked for once the settings fit. */
export function MemoryPanel({ config, ready }: { config: string; ready: boolean }) {
  const settled = useSettled(config, askAfterMs)
  const query = useCall(
    'runs.estimate',
    { config: settled },
    { enabled: ready && settled === config, keepPrevious: true },
  )
  if (!query.data) return null
  return (
    <section aria-label={t('Memory')} className="memory-panel">
      <Sentence estimate={query.data} />
      <Bar estimate={query.data} />
    </section>
  )
}

function Sentence({ estimate }: { estimate: MemoryEstimate }) {
  const text = memorySentences(estimate)
    .map(({ text, values }) => t(text, values))
    .join(' ')
  return estimate.peak < 0.9 * estimate.machine ? (
    <span className="quiet">{text}</span>
  ) : (
    <Message tone="warn">{text}</Message>
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
