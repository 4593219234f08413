import { CircleX, Info, X } from 'lucide-react'
import { t } from '../lib/i18n/translate.ts'
import { dismissNotice, useView } from '../lib/view-state.ts'
import { Button } from './button.tsx'

/** Sentences of actions that failed or were done, until dismissed. */
export function Notices() {
  const notices = useView((view) => view.notices)
  return (
    <div className="notices" role="status" aria-live="polite">
      {notices.map((notice) => (
        <div key={notice.id} className={`message ${notice.kind === 'error' ? 'message-bad' : ''}`}>
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
      ))}
    </div>
  )
}
