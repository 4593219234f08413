import { alarmSentence } from '../../src-preload/contract/alarms.ts'
import type { RunSummary } from '../../src-preload/contract/run.ts'
import { serviceText } from './i18n/service-text.ts'
import { msg, t } from './i18n/translate.ts'
import { links } from './links.ts'

/** What of a run is announced; what people ask for themselves, such as a stop, is not. */
export type RunNoticeKind = 'finished' | 'failed' | 'interrupted' | 'paused' | 'alarm'

export interface RunNotice {
  /** The same for the same happening, whoever saw it and when. */
  readonly id: string
  readonly kind: RunNoticeKind
  readonly runId: string
  readonly runName: string
  readonly atMs: number
  /** The trainer's or the watchdog's own sentence; empty for a run that finished. */
  readonly detail: string
  /** Where to look. */
  readonly address: string
}

const words: Readonly<Record<RunNoticeKind, string>> = {
  finished: msg('“{run}” is finished.'),
  failed: msg('“{run}” failed.'),
  interrupted: msg('“{run}” was interrupted.'),
  paused: msg('“{run}” paused itself.'),
  alarm: msg('“{run}” raises an alarm.'),
}

/** What happened, in a sentence. */
export const noticeText = ({ kind, runName }: RunNotice): string => t(words[kind], { run: runName })

const ends: ReadonlySet<string> = new Set(['finished', 'failed', 'interrupted'])

/** What is worth saying of the change from one summary of a run to the next. */
export function noticesBetween(before: RunSummary | undefined, after: RunSummary): RunNotice[] {
  if (!before) return []
  const raised = after.alarms.filter(({ rule }) => !before.alarms.some((known) => known.rule === rule))
  return [
    ...raised.map((alarm) =>
      notice(after, 'alarm', after.updatedAtMs, alarmSentence(alarm), `${alarm.rule} ${alarm.step}`),
    ),
    ...(after.status !== before.status ? endNotices(after) : []),
    ...(pausedItself(after) && !pausedItself(before)
      ? [notice(after, 'paused', after.updatedAtMs, serviceText(after.message!))]
      : []),
  ]
}

/** The ends of runs that nobody was there to see: those after a moment, milliseconds since the epoch. */
export const missedNotices = (runs: readonly RunSummary[], sinceMs: number): RunNotice[] =>
  runs.flatMap((run) => ((run.endedAtMs ?? 0) > sinceMs ? endNotices(run) : []))

/** A pause that a person asked for has no message. */
const pausedItself = (run: RunSummary): boolean => run.status === 'paused' && run.message !== null

const endNotices = (run: RunSummary): RunNotice[] =>
  ends.has(run.status)
    ? [notice(run, run.status as RunNoticeKind, run.endedAtMs ?? run.updatedAtMs, serviceText(run.message ?? ''))]
    : []

function notice(run: RunSummary, kind: RunNoticeKind, atMs: number, detail: string, what = String(atMs)): RunNotice {
  const address = kind === 'failed' || kind === 'interrupted' ? links.run(run.id, 'log') : links.run(run.id)
  return { id: `${run.id} ${kind} ${what}`, kind, runId: run.id, runName: run.name, atMs, detail, address }
}
