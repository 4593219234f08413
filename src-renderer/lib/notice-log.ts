import { create } from 'zustand'
import { persist } from 'zustand/middleware'
import type { ApiClient } from '../../src-preload/contract/rpc.ts'
import { changeSettings } from './change-settings.ts'
import { navigate, pathOf } from './hash-location.ts'
import { t } from './i18n/translate.ts'
import { links } from './links.ts'
import { noticeText, type RunNotice } from './run-notices.ts'
import { notify, showNotice, useView } from './view-state.ts'

/** So many notices are kept. */
const keptNotices = 50

interface NoticeLog {
  /** Newest first. */
  readonly notices: readonly RunNotice[]
  readonly unread: number
  /** Until when this page has seen what became of runs; null before the first time. */
  readonly seenUntilMs: number | null
}

/** Recent notices about runs; kept over restarts. */
export const useNoticeLog = create<NoticeLog>()(
  persist((): NoticeLog => ({ notices: [], unread: 0, seenUntilMs: null }), { name: 'quiver.notices', version: 1 }),
)

/** Puts notices into the log that it does not hold yet, and returns those. */
export function logNotices(notices: readonly RunNotice[]): RunNotice[] {
  const known = new Set(useNoticeLog.getState().notices.map(({ id }) => id))
  const fresh = notices.filter(({ id }) => !known.has(id))
  if (fresh.length > 0)
    useNoticeLog.setState(({ notices: before, unread }) => ({
      notices: [...fresh, ...before].sort((a, b) => b.atMs - a.atMs).slice(0, keptNotices),
      unread: Math.min(keptNotices, unread + fresh.length),
    }))
  return fresh
}

/** A failure stays until it is dismissed; the rest can be read again in the list. */
const shownAs = {
  finished: 'done',
  paused: 'alarm',
  alarm: 'alarm',
  failed: 'error',
  interrupted: 'error',
} as const satisfies Record<RunNotice['kind'], unknown>

/** The run's own page says it at its head. */
const isInSight = ({ runId }: RunNotice): boolean =>
  document.hasFocus() && `${pathOf()}/`.startsWith(`${links.run(runId)}/`)

/** Announces what is new: in the log, at the edge of the page and, where allowed, through the system. */
export function announce(notices: readonly RunNotice[]): void {
  for (const notice of logNotices(notices)) {
    const text = [noticeText(notice), notice.detail].join(' ').trim()
    const show = { label: t('Show'), run: () => navigate(notice.address) }
    if (!isInSight(notice)) showNotice(shownAs[notice.kind], text, show, notice.runId)
    notifySystem(notice)
  }
}

/** A notification of the system, unless the page has the focus, or the user or the system allows none. */
function notifySystem(notice: RunNotice): void {
  if (!useView.getState().settings.desktopNotifications || document.hasFocus()) return
  if (typeof Notification === 'undefined' || Notification.permission !== 'granted') return
  const shown = new Notification(noticeText(notice), { body: notice.detail, tag: notice.id })
  shown.onclick = () => {
    window.focus()
    navigate(notice.address)
    shown.close()
  }
}

/** Turns notifications of the system on or off; asks the system for leave where it was not given yet. */
export async function wantDesktopNotifications(client: ApiClient, wanted: boolean): Promise<void> {
  if (wanted && typeof Notification === 'undefined')
    return notify('error', t('This browser has no notifications of the system.'))
  const allowed = !wanted || (await Notification.requestPermission()) === 'granted'
  if (allowed) changeSettings(client, { desktopNotifications: wanted })
  else
    notify(
      'error',
      t('The browser does not allow notifications for this page. Allow them in its settings for the page.'),
    )
}
