import { Bell } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { Link } from 'wouter'
import { changeSettings } from '../lib/change-settings.ts'
import { useServices } from '../lib/context.tsx'
import { formatAgo } from '../lib/format.ts'
import { t, tn } from '../lib/i18n/translate.ts'
import { useNoticeLog, wantDesktopNotifications } from '../lib/notice-log.ts'
import { noticeText } from '../lib/run-notices.ts'
import { showNotice, useView } from '../lib/view-state.ts'
import { Button } from './button.tsx'
import './notice-menu.css'

const menuId = 'notice-list'

/** Opens the list of recent notices. */
export function openNotices(): void {
  const list = document.getElementById(menuId)
  list?.showPopover()
  list?.focus()
}
const closeNotices = (): void => document.getElementById(menuId)?.hidePopover()

/** Empties the list; Undo puts the notices back, beside those that have come since. */
function clearNotices(): void {
  const { notices } = useNoticeLog.getState()
  const { said } = useView.getState()
  useNoticeLog.setState({ notices: [], unread: 0 })
  useView.setState({ said: [] })
  showNotice('info', t('The notices are cleared.'), {
    label: t('Undo'),
    run: () => {
      useNoticeLog.setState((now) => ({ notices: [...now.notices, ...notices] }))
      useView.setState((now) => ({ said: [...now.said, ...said] }))
    },
  })
}

/** The bell: what became of runs lately, and how it is told. */
export function NoticeMenu() {
  const { notices, unread } = useNoticeLog()
  const [open, setOpen] = useState(false)
  const isEmpty = useView((view) => view.said.length === 0) && notices.length === 0
  const label = unread === 0 ? t('Notices') : tn(unread, '{count} new notice', '{count} new notices')
  return (
    <>
      <Button kind="quiet" icon={<Bell size={16} />} aria-label={label} title={label} popoverTarget={menuId}>
        {unread > 0 && <span className="unread">{unread}</span>}
      </Button>
      <section
        id={menuId}
        popover="auto"
        tabIndex={-1}
        className="notice-list"
        aria-label={t('Notices')}
        onToggle={({ newState }) => {
          setOpen(newState === 'open')
          if (newState === 'open') useNoticeLog.setState({ unread: 0 })
        }}
      >
        <div className="notice-head">
          <h2>{t('Notices')}</h2>
          {!isEmpty && (
            <Button small kind="quiet" onClick={clearNotices}>
              {t('Clear')}
            </Button>
          )}
        </div>
        {notices.length === 0 && (
          <p className="quiet">{t('Runs that end, pause themselves or raise an alarm are announced here.')}</p>
        )}
        <ul>
          {notices.map((notice) => (
            <li key={notice.id}>
              <Link href={notice.address} onClick={closeNotices}>
                {noticeText(notice)}
              </Link>{' '}
              <span className="quiet">{formatAgo(notice.atMs, Date.now())}</span>
              {notice.detail !== '' && <p>{notice.detail}</p>}
            </li>
          ))}
        </ul>
        {open && <Said />}
        <NoticeSettings />
      </section>
    </>
  )
}

/** What was confirmed or went wrong on this visit: sentences that confirm leave the edge of the page by themselves. */
function Said() {
  const said = useView((view) => view.said)
  if (said.length === 0) return null
  return (
    <>
      <h3>{t('On this visit')}</h3>
      <ul>
        {said.map(({ id, text, atMs }) => (
          <li key={id}>
            {text} <span className="quiet">{formatAgo(atMs, Date.now())}</span>
          </li>
        ))}
      </ul>
    </>
  )
}

function NoticeSettings() {
  const { client } = useServices()
  const { desktopNotifications, pauseOnAlarm } = useView((view) => view.settings)
  return (
    <div className="notice-settings">
      <Check checked={desktopNotifications} onChange={(wanted) => void wantDesktopNotifications(client, wanted)}>
        {t('Notifications of the system while this page is not in front')}
      </Check>
      <Check checked={pauseOnAlarm} onChange={(wanted) => changeSettings(client, { pauseOnAlarm: wanted })}>
        {t('A run that raises an alarm pauses itself')}
      </Check>
    </div>
  )
}

function Check(props: { checked: boolean; onChange: (checked: boolean) => void; children: ReactNode }) {
  return (
    <label>
      <input type="checkbox" checked={props.checked} onChange={({ target }) => props.onChange(target.checked)} />
      {props.children}
    </label>
  )
}
