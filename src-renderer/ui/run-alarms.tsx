import { Link } from 'wouter'
import { alarmNumber, alarmRuleOf, type RunAlarm } from '../../src-preload/contract/alarms.ts'
import type { RunSummary } from '../../src-preload/contract/run.ts'
import { tx } from '../lib/i18n/elements.ts'
import { t } from '../lib/i18n/translate.ts'
import { links } from '../lib/links.ts'
import { Message } from './message.tsx'

/** What an alarm is called. */
export const alarmTitle = ({ rule }: RunAlarm): string => t(alarmRuleOf(rule).title)

/** What an alarm says, with its numbers. */
export function alarmText(alarm: RunAlarm): string {
  const { metric, sentence } = alarmRuleOf(alarm.rule)
  return t(sentence, { value: alarmNumber(metric, alarm.value), limit: alarmNumber(metric, alarm.limit) })
}

/** What the watchdog finds at the last step of a run, with the way to the step and to the responses concerned. */
export function RunAlarms({ run }: { run: Pick<RunSummary, 'id' | 'alarms'> }) {
  return run.alarms.map((alarm) => (
    <Message key={alarm.rule} tone="warn">
      <b>{alarmTitle(alarm)}.</b> {alarmText(alarm)}{' '}
      {tx('Since {step}; {responses}.', {
        step: <Link href={links.rollouts(run.id, alarm.step)}>{t('step {step}', { step: alarm.step })}</Link>,
        responses: <Link href={links.search(run.id, searchOf(alarm))}>{t('the responses')}</Link>,
      })}
    </Message>
  ))
}

const searchOf = ({ rule, step }: RunAlarm): string => `${alarmRuleOf(rule).responses} step>=${step}`.trim()
