import { stringify } from 'yaml'
import { metricGroups, metricInfo } from '../../src-preload/contract/metrics.ts'
import type { EvaluationInfo, RunDetail } from '../../src-preload/contract/run.ts'
import { formatDuration, formatTime } from '../lib/format.ts'
import { t } from '../lib/i18n/translate.ts'
import type { RunColumns } from '../lib/run-columns.ts'
import { statusWords } from '../lib/run-status.ts'
import { choiceText, type StepChoice, stepsAmong } from './compare/chosen-steps.ts'
import { valueAt, valuesAt } from './compare/metric-at.ts'
import { metricSources } from './metric-sources.ts'
import { metricText, unitText } from './metric-text.ts'
import { panelsFor } from './panels.ts'
import { curveParts, smoothingNote } from './report-curves.ts'
import { escaped, type Facts, factList, page, table } from './report-html.ts'

/** A run with its numbers, as a report shows it. */
export interface ReportRun {
  readonly detail: RunDetail
  readonly columns: RunColumns
}

/**
 * A page that opens anywhere, without Quiver and without the network: facts, curves, evaluations, values at the chosen steps and
 * config.
 */
export function runReport(run: ReportRun, smoothing: number, choice: StepChoice = 'last'): string {
  const { detail, columns } = run
  const { summary, config } = detail
  const parts = curveParts({
    panels: panelsFor(columns.values.keys()),
    sourcesOf: ({ metrics }) => metricSources(summary.id, metrics, 'light'),
    columnsOf: () => columns,
    smoothing,
    lastStep: columns.steps.at(-1) ?? 0,
  })
  const notes = escaped(summary.notes).replaceAll('\n', '<br>')
  return page(summary.name, facts(detail), [
    { title: t('Notes'), content: notes === '' ? '' : `<p>${notes}</p>` },
    { title: t('Curves'), content: smoothingNote(smoothing), parts },
    { title: t('Held-out evaluations'), content: evaluationTable(detail) },
    { title: t('Metrics, {which}', { which: choiceText(choice) }), content: values(columns, choice) },
    { title: t('Config'), content: `<pre>${escaped(stringify(config))}</pre>`, folded: true },
  ])
}

function facts({ summary, evaluations }: RunDetail): string {
  const first: Facts = [
    [t('Reward, last step'), metricText('reward', summary.lastReward)],
    [t('Accuracy, last step'), metricText('accuracy', summary.lastAccuracy)],
    ...heldOut(evaluations),
    [t('Status'), t(statusWords[summary.status])],
  ]
  const rest: Facts = [
    [t('Method'), summary.method],
    [t('Model'), summary.model],
    [t('Steps'), t('{step} of {steps}', { step: summary.step, steps: summary.steps })],
    [t('Trained for'), formatDuration(summary.elapsedMs)],
    [t('Started'), formatTime(summary.createdAtMs)],
    [t('Tags'), summary.tags.join(', ') || t('none')],
  ]
  return factList(first, rest)
}

/** The accuracy of the last evaluation, and what it was at the first. */
function heldOut(evaluations: readonly EvaluationInfo[]): Facts {
  const [first, last] = [evaluations[0], evaluations.at(-1)]
  const name = ['eval/greedy', 'eval/avg'].find((one) => last?.metrics[one] !== undefined)
  if (!first || !last || name === undefined) return []
  const [now, before] = [last, first].map(({ metrics }) => metricText(name, metrics[name]))
  const value =
    first === last ? now! : t('{now} (step {step}: {before})', { now: now!, before: before!, step: String(first.step) })
  return [[t(metricInfo(name).label), value]]
}

function evaluationTable({ evaluations }: RunDetail): string {
  if (evaluations.length === 0) return ''
  const names = [...new Set(evaluations.flatMap((one) => Object.keys(one.metrics)))].filter(
    (name) => !name.endsWith('/stderr'),
  )
  const value = (metrics: Readonly<Record<string, number>>, name: string): string => {
    const error = metrics[`${name}/stderr`]
    return `${metricText(name, metrics[name])}${error === undefined ? '' : ` ± ${metricText(name, error, 2)}`}`
  }
  return table(
    [t('Step'), ...names.map((name) => t(metricInfo(name).label))],
    evaluations.map((one) => [String(one.step), ...names.map((name) => value(one.metrics, name))]),
  )
}

/** Up to how many chosen steps a report shows each beside what sums them up. */
export const mostSteps = 12

/** The metrics at the chosen steps, a table for each theme; several steps also as mean, least and greatest. */
function values(columns: RunColumns, choice: StepChoice): string {
  const steps = typeof choice === 'string' ? [] : stepsAmong(columns.steps, choice)
  const several = steps.length > 1
  const single = several && steps.length <= mostSteps ? steps : []
  const row = (name: string): string[] => {
    const whole = valueAt(columns, name, choice)
    if (name.endsWith('/stderr') || whole === null) return []
    const found = typeof choice === 'string' ? [] : valuesAt(columns, name, choice)
    const all = found.map(({ value }) => value)
    const text = (value: number | undefined): string => metricText(name, value, 4)
    return [
      t(metricInfo(name).label),
      ...single.map((step) => text(found.find((one) => one.step === step)?.value)),
      text(whole.value),
      ...(several ? [text(Math.min(...all)), text(Math.max(...all))] : []),
      ...(choice === 'best' ? [String(whole.step)] : []),
      t(unitText(name)),
    ]
  }
  const heads = [
    t('Metric'),
    ...single.map((step) => t('step {step}', { step: String(step) })),
    ...(several ? [t('Mean'), t('Least'), t('Greatest')] : [t('Value')]),
    ...(choice === 'best' ? [t('Step')] : []),
    t('Unit'),
  ]
  const names = [...columns.values.keys()].sort()
  const tables = Object.entries(metricGroups).flatMap(([group, title]) => {
    const rows = names
      .filter((name) => metricInfo(name).group === group)
      .map(row)
      .filter((cells) => cells.length > 0)
    return rows.length === 0 ? [] : [`<div><h3>${escaped(t(title))}</h3>${table(heads, rows)}</div>`]
  })
  return tables.length === 0 ? '' : `<div${several ? '' : ' class="columns"'}>${tables.join('\n')}</div>`
}
