import { useEffect, useRef } from 'react'
import { isActive, type RunSummary } from '../../../src-preload/contract/run.ts'
import { t } from '../../lib/i18n/translate.ts'
import { useCall } from '../../lib/queries.ts'
import { Await } from '../../ui/message.tsx'

const followEveryMs = 2000

/** The end of the trainer's log; follows it while the run is active and the reader is at its end. */
export function LogTab({ run }: { run: RunSummary }) {
  const log = useCall(
    'runs.log',
    { id: run.id },
    { keepPrevious: true, refetchEveryMs: isActive(run.status) && followEveryMs },
  )
  return (
    <Await query={log} what={t('the log')}>
      {(text) => (text === '' ? <p className="empty">{t('The log is empty.')}</p> : <LogText text={text} />)}
    </Await>
  )
}

function LogText({ text }: { text: string }) {
  const box = useRef<HTMLPreElement>(null)
  const atEnd = useRef(true)
  // biome-ignore lint/correctness/useExhaustiveDependencies: new text is what scrolls.
  useEffect(() => {
    if (atEnd.current && box.current) box.current.scrollTop = box.current.scrollHeight
  }, [text])
  return (
    <pre
      ref={box}
      className="card text-block log"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable with the keys.
      tabIndex={0}
      onScroll={(event) => {
        const { scrollTop, clientHeight, scrollHeight } = event.currentTarget
        atEnd.current = scrollHeight - scrollTop - clientHeight < 24
      }}
    >
      {text}
    </pre>
  )
}
