import { CircleX, Info, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { t } from '../lib/i18n/translate.ts'
import { dismissNotice, type Notice, useView } from '../lib/view-state.ts'
import { Button } from './button.tsx'

/** How long a sentence that asks for nothing is shown. */
const doneMs = 10_000

/** Sentences of actions that failed or were done. The pointer or the focus on them keeps them all. */
export function Notices() {
  const notices = useView((view) => view.notices)
  const [held, setHeld] = useState(false)
  return (
    <div
      className="notices"
      role="status"
      aria-live="polite"
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      {notices.map((notice) => (
        <NoticeMessage key={notice.id} notice={notice} leaves={notice.kind === 'done' && !held} />
      ))}
    </div>
  )
}

function NoticeMessage({ notice, leaves }: { notice: Notice; leaves: boolean }) {
  useEffect(() => {
    if (!leaves) return
    const timer = setTimeout(() => dismissNotice(notice.id), doneMs)
    return () => clearTimeout(timer)
  }, [notice.id, leaves])
  return (
    <div className={`message ${notice.kind === 'error' ? 'message-bad' : ''}`}>
      {notice.kind === 'error' ? <CircleX size={15} aria-hidden /> : <Info size={15} aria-hidden />}
      <p>{notice.text}</p>
      {notice.action && (
        <Button
          small
          onClick={() => {
            dismissNotice(notice.id)
            notice.action?.run()
          }}
        >
          {notice.action.label}
        </Button>
      )}
      <Button
        kind="quiet"
        small
        icon={<X size={14} />}
        aria-label={t('Dismiss')}
        onClick={() => dismissNotice(notice.id)}
      />
    </div>
  )
}
