import { Copy, Download } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { isActive, type RunSummary } from '../../../src-preload/contract/run.ts'
import { downloadFile } from '../../lib/download.ts'
import { tx } from '../../lib/i18n/elements.ts'
import { t, tn } from '../../lib/i18n/translate.ts'
import { useCall } from '../../lib/queries.ts'
import { Button } from '../../ui/button.tsx'
import { Await } from '../../ui/message.tsx'
import { copyText } from './copy-text.ts'

const followEveryMs = 2000
/** So much of the end of the log is read; some two thousand steps. */
const tailBytes = 400_000

/** The end of the trainer's log; follows it while the run is active and the reader is at its end. */
export function LogTab({ run }: { run: RunSummary }) {
  const log = useCall(
    'runs.log',
    { id: run.id, tailBytes },
    { keepPrevious: true, refetchEveryMs: isActive(run.status) && followEveryMs },
  )
  return (
    <Await query={log} what={t('the log')}>
      {(text) =>
        text === '' ? (
          <p className="empty">{t('The log is empty.')}</p>
        ) : (
          <Log name={run.name} text={wholeLines(text)} />
        )
      }
    </Await>
  )
}

/** Where only the end of the file was read, its first line is cut. */
const wholeLines = (text: string): string => (text.length < tailBytes ? text : text.slice(text.indexOf('\n') + 1))

function Log({ name, text }: { name: string; text: string }) {
  const [wanted, setWanted] = useState('')
  const [following, setFollowing] = useState(true)
  const lines = text.trimEnd().split('\n')
  const shown = wanted === '' ? lines : lines.filter((line) => line.toLowerCase().includes(wanted.toLowerCase()))
  const shownText = shown.join('\n')
  return (
    <div className="stack">
      <div className="page-head log-head">
        <input
          className="input"
          type="search"
          placeholder={t('Lines with these words')}
          aria-label={t('Lines with these words')}
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
        />
        <span className="quiet" role="status">
          {wanted !== '' && tn(shown.length, '{count} line', '{count} lines')}
        </span>
        <label>
          <input type="checkbox" checked={following} onChange={(event) => setFollowing(event.target.checked)} />{' '}
          {t('Follow the end')}
        </label>
        <span className="quiet">{tx('Kept in {file}', { file: <code>trainer.log</code> })}</span>
        <div className="page-head-end">
          <Button
            small
            icon={<Copy size={14} aria-hidden />}
            onClick={() => copyText(shownText, t('The shown lines are in the clipboard.'))}
          >
            {t('Copy')}
          </Button>
          <Button
            small
            icon={<Download size={14} aria-hidden />}
            onClick={() => downloadFile(`${name}.log`, `${shownText}\n`)}
          >
            {t('Save')}
          </Button>
        </div>
      </div>
      {shown.length === 0 ? (
        <p className="empty">{t('No line of the log holds “{words}”.', { words: wanted })}</p>
      ) : (
        <LogText text={shownText} following={following} onLeave={setFollowing} />
      )}
    </div>
  )
}

interface LogTextProps {
  readonly text: string
  readonly following: boolean
  /** The reader has scrolled away from the end, or back to it. */
  readonly onLeave: (atEnd: boolean) => void
}

function LogText({ text, following, onLeave }: LogTextProps) {
  const box = useRef<HTMLPreElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: new text is what scrolls.
  useEffect(() => {
    if (following && box.current) box.current.scrollTop = box.current.scrollHeight
  }, [text, following])
  return (
    <pre
      ref={box}
      className="card text-block log"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable with the keys.
      tabIndex={0}
      onScroll={(event) => {
        const { scrollTop, clientHeight, scrollHeight } = event.currentTarget
        onLeave(scrollHeight - scrollTop - clientHeight < 24)
      }}
    >
      {text}
    </pre>
  )
}
