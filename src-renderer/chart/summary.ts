import { formatInUnit } from '../lib/format.ts'
import { t } from '../lib/i18n/translate.ts'
import type { ReadPoints } from './line-points.ts'

interface Described {
  readonly label: string
  readonly points: Pick<ReadPoints, 'x' | 'raw' | 'count'>
}

/** The unit as it stands beside a title: percent says itself. */
export const unitWord = (unit: string): string => (unit === 'fraction' ? '' : unit)

/** A step as a chart's words name it. */
export const atStep = (x: number): string => t('step {step}', { step: String(x) })

/** What a chart shows, in words: for each line its last, least and greatest value. `place` names a place on the x axis. */
export function chartSummary(
  title: string,
  unit: string,
  lines: readonly Described[],
  place: (x: number) => string = atStep,
): string {
  const filled = lines.filter((line) => line.points.count > 0)
  const word = unitWord(unit)
  const head = t('Line chart: {title}.', { title: word === '' ? title : `${title}, ${t(word)}` })
  if (filled.length === 0) return `${head} ${t('No values yet.')}`
  return `${head} ${filled.map((line) => lineSummary(line, unit, place)).join(' ')}`
}

function lineSummary(
  { label, points: { x, raw, count } }: Described,
  unit: string,
  place: (x: number) => string,
): string {
  let [least, most] = [0, 0]
  for (let index = 1; index < count; index++) {
    if (raw[index]! < raw[least]!) least = index
    if (raw[index]! > raw[most]!) most = index
  }
  const said = (index: number): string =>
    t('{value} at {place}', { value: formatInUnit(raw[index]!, unit), place: place(x[index]!) })
  return t('{line}: {last}, least {least}, most {most}.', {
    line: label,
    last: said(count - 1),
    least: said(least),
    most: said(most),
  })
}

/** Rows of the chart's table: each place of the range that any line has a value at, with the value of each line or null. */
export function chartRows(
  lines: readonly Described[],
  range: readonly [from: number, to: number] | null = null,
): { x: number; values: (number | null)[] }[] {
  const [from, to] = range ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  const rows = new Map<number, (number | null)[]>()
  lines.forEach(({ points: { x, raw, count } }, index) => {
    for (let at = 0; at < count; at++) {
      if (x[at]! < from || x[at]! > to) continue
      const row = rows.get(x[at]!) ?? lines.map(() => null)
      row[index] = raw[at]!
      rows.set(x[at]!, row)
    }
  })
  return [...rows].sort(([a], [b]) => a - b).map(([x, values]) => ({ x, values }))
}
