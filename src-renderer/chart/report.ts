import { stringify } from 'yaml'
import { metricInfo } from '../../src-preload/contract/metrics.ts'
import type { RunDetail } from '../../src-preload/contract/run.ts'
import { formatDuration, formatFixed, formatNumber, formatPercent, formatTick, formatTime } from '../lib/format.ts'
import { t } from '../lib/i18n/translate.ts'
import type { RunColumns } from '../lib/run-columns.ts'
import { statusWords } from '../lib/run-status.ts'
import { choiceText, type StepChoice, stepsAmong } from './compare/chosen-steps.ts'
import { valueAt, valuesAt } from './compare/metric-at.ts'
import { chartSvg } from './export.ts'
import { emptyPoints, updatePoints } from './line-points.ts'
import { metricSources } from './metric-sources.ts'
import { niceScale } from './nice-scale.ts'
import type { LineSource } from './panel-controller.ts'
import { type PanelSpec, panelsFor } from './panels.ts'
import { escaped, page, table } from './report-html.ts'
import { unitWord } from './summary.ts'

/** A run with its numbers, as a report shows it. */
export interface ReportRun {
  readonly detail: RunDetail
  readonly columns: RunColumns
}

/** A page that opens anywhere, without Quiver and without the network: facts, evaluations, curves, values at the chosen steps and config. */
export function runReport(run: ReportRun, smoothing: number, choice: StepChoice = 'last'): string {
  const { summary, config, evaluations } = run.detail
  const facts: readonly (readonly [string, string])[] = [
    [t('Status'), t(statusWords[summary.status])],
    [t('Method'), summary.method],
    [t('Model'), summary.model],
    [t('Steps'), t('{step} of {steps}', { step: summary.step, steps: summary.steps })],
    [t('Trained for'), formatDuration(summary.elapsedMs)],
    [t('Started'), formatTime(summary.createdAtMs)],
    [t('Reward, last step'), formatFixed(summary.lastReward, 3)],
    [t('Accuracy, last step'), formatPercent(summary.lastAccuracy, 1)],
    [t('Tags'), summary.tags.join(', ') || t('none')],
  ]
  return page(summary.name, [
    table(
      [],
      facts.map(([name, value]) => [name, value]),
    ),
    ...(summary.notes === ''
      ? []
      : [`<h2>${t('Notes')}</h2><p>${escaped(summary.notes).replaceAll('\n', '<br>')}</p>`]),
    ...(evaluations.length === 0 ? [] : [`<h2>${t('Held-out evaluations')}</h2>`, evaluationTable(run.detail)]),
    `<h2>${t('Curves')}</h2>`,
    ...curves(run, smoothing),
    `<h2>${escaped(t('Metrics, {which}', { which: choiceText(choice) }))}</h2>`,
    values(run.columns, choice),
    `<h2>${t('Config')}</h2>`,
    `<pre>${escaped(stringify(config))}</pre>`,
  ])
}

function evaluationTable({ evaluations }: RunDetail): string {
  const names = [...new Set(evaluations.flatMap((one) => Object.keys(one.metrics)))].filter(
    (name) => !name.endsWith('/stderr'),
  )
  const value = (metrics: Readonly<Record<string, number>>, name: string): string => {
    const error = metrics[`${name}/stderr`]
    return `${formatNumber(metrics[name], 3)}${error === undefined ? '' : ` ± ${formatNumber(error, 2)}`}`
  }
  return table(
    [t('Step'), ...names.map((name) => t(metricInfo(name).label))],
    evaluations.map((one) => [String(one.step), ...names.map((name) => value(one.metrics, name))]),
  )
}

function curves({ detail, columns }: ReportRun, smoothing: number): string[] {
  return panelsFor(columns.values.keys()).flatMap((panel) => {
    const sources = metricSources(detail.summary.id, panel.metrics, 'light')
    return figure(panel, sources, () => columns, smoothing)
  })
}

/** A panel as a drawing of its lines; nothing where none has a value. */
export function figure(
  panel: PanelSpec,
  sources: readonly LineSource[],
  columnsOf: (runId: string) => RunColumns,
  smoothing: number,
): string[] {
  const lines = sources.map(({ runId, metric, label, colour, dash, edge }) => {
    const points = emptyPoints(metric.startsWith('eval/') ? 0 : smoothing)
    updatePoints(points, columnsOf(runId), metric, 0)
    return { label, colour, dash, points, smoothed: points.smoothing > 0, ...(edge ? { edge } : {}) }
  })
  const all = (values: 'x' | 'raw'): number[] =>
    lines.flatMap(({ points }) => [...points[values].subarray(0, points.count)])
  const places = all('x')
  if (places.length === 0) return []
  const x = niceScale([0, ...places])
  const y = niceScale([...all('raw'), ...(panel.suggestedRange ?? [])], (value) => formatTick(value, panel.unit))
  const word = unitWord(panel.unit)
  const title = word === '' ? t(panel.title) : `${t(panel.title)} (${t(word)})`
  const drawing = { title, axisLabel: t('step'), unit: panel.unit, lines, bands: panel.bands ?? false }
  return [`<figure>${chartSvg({ ...drawing, x, y })}</figure>`]
}

/** Up to how many chosen steps a report shows each beside what sums them up. */
export const mostSteps = 12

/** The metrics at the chosen steps; several also as mean, least and greatest. */
function values(columns: RunColumns, choice: StepChoice): string {
  const steps = typeof choice === 'string' ? [] : stepsAmong(columns.steps, choice)
  const several = steps.length > 1
  const single = several && steps.length <= mostSteps ? steps : []
  const rows = [...columns.values.keys()].sort().flatMap((name) => {
    const whole = valueAt(columns, name, choice)
    if (name.endsWith('/stderr') || whole === null) return []
    const found = typeof choice === 'string' ? [] : valuesAt(columns, name, choice)
    const all = found.map(({ value }) => value)
    return [
      [
        t(metricInfo(name).label),
        ...single.map((step) => formatNumber(found.find((one) => one.step === step)?.value ?? null)),
        formatNumber(whole.value),
        ...(several ? [formatNumber(Math.min(...all)), formatNumber(Math.max(...all))] : []),
        ...(choice === 'best' ? [String(whole.step)] : []),
        t(metricInfo(name).unit),
      ],
    ]
  })
  const heads = [
    t('Metric'),
    ...single.map((step) => t('step {step}', { step: String(step) })),
    ...(several ? [t('Mean'), t('Least'), t('Greatest')] : [t('Value')]),
    ...(choice === 'best' ? [t('Step')] : []),
    t('Unit'),
  ]
  return table(heads, rows)
}
