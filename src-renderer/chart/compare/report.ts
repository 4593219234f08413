import { metricInfo } from '../../../src-preload/contract/metrics.ts'
import type { PromptPairs } from '../../../src-preload/contract/run.ts'
import { configDifferences } from '../../lib/config-diff.ts'
import { formatDuration, formatFixed, formatGap, formatInUnit, formatPercent, formatTime } from '../../lib/format.ts'
import { t } from '../../lib/i18n/translate.ts'
import { distinctNames } from '../../lib/run-names.ts'
import { statusWords } from '../../lib/run-status.ts'
import { chartPalettes } from '../palette.ts'
import { singlePanelsFor } from '../panels.ts'
import { figure, mostSteps, type ReportRun } from '../report.ts'
import { escaped, page, table } from '../report-html.ts'
import { choiceText, type StepChoice, stepsAmong } from './chosen-steps.ts'
import { curveSources } from './curve-sources.ts'
import { DerivedSeries } from './derived-series.ts'
import { evaluationInterval, valueAt } from './metric-at.ts'
import { groupBySeed } from './seed-groups.ts'
import type { BandKind } from './seed-statistics.ts'
import { signTest, winInterval } from './sign-test.ts'

export interface Comparison {
  readonly runs: readonly ReportRun[]
  /** Place of the run that the others are held against. */
  readonly baseline: number
  /** Seeds as mean and band, or every run by itself. */
  readonly grouped: boolean
  readonly band: BandKind
  /** Smoothing of the curves, 0 to 0.99. */
  readonly smoothing: number
  /** Which steps the values are of. */
  readonly choice: StepChoice
  /** What each run and the baseline, on the left, answer to the same prompts; null for the baseline, or where it is not known. */
  readonly pairs: readonly (PromptPairs | null)[]
}

/** Runs against a baseline as one page that opens anywhere, without Quiver and without the network, and prints well. */
export function comparisonReport(comparison: Comparison): string {
  const { runs } = comparison
  const names = distinctNames(runs.map(({ detail }) => detail.summary))
  const heading = (title: string, content: string): string[] => (content === '' ? [] : [`<h2>${title}</h2>`, content])
  return page(names.join(' · '), [
    facts(runs, names),
    ...heading(t('Config differences'), differences(runs, names)),
    ...valueTables(comparison, names).flatMap(([title, content]) => heading(title, content)),
    ...heading(t('Held-out evaluations'), evaluations(runs, names)),
    ...heading(t('Same prompts'), samePrompts(comparison, names)),
    ...heading(t('Curves'), curves(comparison, names)),
  ])
}

function facts(runs: readonly ReportRun[], names: readonly string[]): string {
  const row = (title: string, value: (run: ReportRun) => string): string[] => [title, ...runs.map(value)]
  return table(
    ['', ...names],
    [
      row(t('Status'), ({ detail: { summary } }) => t(statusWords[summary.status])),
      row(t('Method'), ({ detail: { summary } }) => summary.method),
      row(t('Model'), ({ detail: { summary } }) => summary.model),
      row(t('Steps'), ({ detail: { summary: s } }) => t('{step} of {steps}', { step: s.step, steps: s.steps })),
      row(t('Trained for'), ({ detail: { summary } }) => formatDuration(summary.elapsedMs)),
      row(t('Started'), ({ detail: { summary } }) => formatTime(summary.createdAtMs)),
      row(t('Tags'), ({ detail: { summary } }) => summary.tags.join(', ') || t('none')),
    ],
  )
}

function differences(runs: readonly ReportRun[], names: readonly string[]): string {
  const found = configDifferences(runs.map(({ detail }) => detail.config)).filter(({ path }) => path !== 'name')
  if (found.length === 0) return `<p>${escaped(t('The configs are the same in every key.'))}</p>`
  return table(
    [t('Key'), ...names],
    found.map(({ path, values }) => [path, ...values.map((value) => value ?? '–')]),
  )
}

/** The metrics at the chosen steps: their mean where there are several, and then each of them, unless they are many. */
function valueTables(
  { runs, baseline, choice }: Comparison,
  names: readonly string[],
): [title: string, table: string][] {
  const steps =
    typeof choice === 'string' ? [] : [...new Set(runs.flatMap(({ columns }) => stepsAmong(columns.steps, choice)))]
  const single = steps.length > 1 && steps.length <= mostSteps ? steps.toSorted((a, b) => a - b) : []
  const choices: StepChoice[] = [choice, ...single.map((step) => [[step, step] as const])]
  return choices.map((one) => [
    escaped(t('Metrics, {which}', { which: choiceText(one) })),
    values(runs, baseline, one, names),
  ])
}

/** The value of every metric, and behind it how far it is from the baseline's. */
function values(runs: readonly ReportRun[], baseline: number, choice: StepChoice, names: readonly string[]): string {
  const rows = recordedPanels(runs).flatMap(({ id }) => {
    const found = runs.map(({ columns }) => valueAt(columns, id, choice)?.value ?? null)
    const base = found[baseline] ?? null
    const cell = (value: number | null, index: number): string => {
      const text = (number: number | null): string => formatInUnit(number, metricInfo(id).unit, 3)
      if (value === null || base === null || index === baseline) return text(value)
      return `${text(value)} (${formatGap(value - base, metricInfo(id).unit)})`
    }
    return found.every((value) => value === null) ? [] : [[t(metricInfo(id).label), ...found.map(cell)]]
  })
  return rows.length === 0 ? '' : table([t('Metric'), ...names], rows)
}

/** The last evaluation of each run, with 95 % intervals where errors are stored. */
function evaluations(runs: readonly ReportRun[], names: readonly string[]): string {
  const last = runs.map(({ detail }) => detail.evaluations.at(-1))
  const metrics = [...new Set(last.flatMap((one) => Object.keys(one?.metrics ?? {})))].filter(
    (name) => !name.endsWith('/stderr'),
  )
  if (metrics.length === 0) return ''
  const cell = (name: string, values: Readonly<Record<string, number>> | undefined): string => {
    const interval = values && evaluationInterval(name, values)
    const text = (number: number | undefined): string => formatInUnit(number, metricInfo(name).unit, 3)
    return interval ? `${text(values[name])} [${text(interval[0])}, ${text(interval[1])}]` : text(values?.[name])
  }
  return table(
    [t('Metric'), ...names],
    [
      [t('Step'), ...last.map((one) => String(one?.step ?? '–'))],
      ...metrics.map((name) => [t(metricInfo(name).label), ...last.map((one) => cell(name, one?.metrics))]),
    ],
  )
}

/** Wins, flips, the sign test and the interval of the share of wins, of each run against the baseline. */
function samePrompts({ pairs }: Comparison, names: readonly string[]): string {
  const rows = pairs.flatMap((pair, index) => {
    if (!pair || pair.prompts === 0) return []
    const { prompts, leftBetter, rightBetter, gained, lost, leftMeanStep, rightMeanStep } = pair
    const interval = winInterval(rightBetter, leftBetter)
    const steps = [rightMeanStep, leftMeanStep].map((step) => formatFixed(step, 1))
    const numbers = [prompts, rightBetter, leftBetter, gained, lost].map(String)
    const share = interval ? interval.map((edge) => formatPercent(edge)).join(' – ') : '–'
    return [[names[index]!, ...steps, ...numbers, share, signTest(leftBetter, rightBetter).toPrecision(2)]]
  })
  const head = [
    t('Run'),
    t('Mean step'),
    t('Mean step of the baseline'),
    t('Prompts'),
    t('Better'),
    t('Worse'),
    t('Become right'),
    t('Become wrong'),
  ]
  return rows.length === 0 ? '' : table([...head, t('Share of wins, 95 %'), t('Sign test, p')], rows)
}

function curves({ runs, baseline, grouped, band, smoothing }: Comparison, names: readonly string[]): string {
  const columns = new Map(runs.map((run) => [run.detail.summary.id, run.columns]))
  const series = new DerivedSeries({ columnsOf: (id) => columns.get(id)!, subscribeSeries: () => () => {} })
  const members = runs.map(({ detail }, index) => ({
    ...{ id: detail.summary.id, name: names[index]!, config: detail.config },
  }))
  const groups = grouped
    ? groupBySeed(members).map((group) => ({ name: group.name, ids: group.runs.map(({ id }) => id) }))
    : members.map(({ id, name }) => ({ name, ids: [id] }))
  const choice = { groups, baseline, difference: false, band }
  return recordedPanels(runs)
    .flatMap((panel) =>
      figure(panel, curveSources(choice, panel.id, chartPalettes.light), (id) => series.columnsOf(id), smoothing),
    )
    .join('\n')
}

const recordedPanels = (runs: readonly ReportRun[]) =>
  singlePanelsFor(new Set(runs.flatMap(({ columns }) => [...columns.values.keys()])))
