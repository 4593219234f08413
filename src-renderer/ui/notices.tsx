import { CircleX, Info, TriangleAlert, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { t } from '../lib/i18n/translate.ts'
import { dismissNotice, type Notice, useView } from '../lib/view-state.ts'
import { Button } from './button.tsx'

/** How long a sentence that asks for nothing is shown, by its kind. */
const shownMs: Readonly<Partial<Record<Notice['kind'], number>>> = { done: 10_000, alarm: 20_000 }

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
        <NoticeMessage key={notice.id} notice={notice} leaves={!held} />
      ))}
    </div>
  )
}

const tones = { done: '', info: '', alarm: 'message-warn', error: 'message-bad' } as const
const icons = { done: Info, info: Info, alarm: TriangleAlert, error: CircleX } as const

function NoticeMessage({ notice, leaves }: { notice: Notice; leaves: boolean }) {
  const Icon = icons[notice.kind]
  useEffect(() => {
    const forMs = shownMs[notice.kind]
    if (!leaves || forMs === undefined) return
    const timer = setTimeout(() => dismissNotice(notice.id), forMs)
    return () => clearTimeout(timer)
  }, [notice, leaves])
  return (
    <div className={`message ${tones[notice.kind]}`}>
      <Icon size={15} aria-hidden />
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
