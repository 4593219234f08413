import { devices } from '../../src-main/engine/executors/map.ts'
import { type AlarmRuleName, alarmRuleOf, alarmRules } from '../../src-preload/contract/alarms.ts'
import { metricGroups, metricInfo, metricNames } from '../../src-preload/contract/metrics.ts'
import { shortLabel } from '../../src-renderer/chart/panels.ts'

/** Words of metrics: labels long and short, units, meanings, and the themes they are sorted by. */
export function metricTexts(): string[] {
  const infos = metricNames.map(metricInfo)
  const texts = [
    ...Object.values(metricGroups),
    ...infos.flatMap(({ label, unit, description }) => [label, unit, description]),
    ...metricNames.map(shortLabel),
  ]
  return unique(texts)
}

/** Titles of the devices, and what each keeps in its memory. */
export const deviceTexts = (): string[] =>
  unique(Object.values(devices).flatMap(({ title, memory }) => [title, memory]))

/** Units and names that every language writes alike. */
const alike = /^(MiB|GiB|(pass|avg)@\w+)$/

const unique = (texts: readonly string[]): string[] =>
  [...new Set(texts)].filter((text) => /\p{L}{2,}/u.test(text) && !alike.test(text))

/** Titles and sentences of the watchdog's rules. */
export const alarmTexts = (): string[] =>
  (Object.keys(alarmRules) as AlarmRuleName[]).flatMap((rule) => [alarmRuleOf(rule).title, alarmRuleOf(rule).sentence])
