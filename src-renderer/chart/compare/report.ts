import { metricInfo } from '../../../src-preload/contract/metrics.ts'
import type { PromptPairs } from '../../../src-preload/contract/run.ts'
import { configDifferences } from '../../lib/config-diff.ts'
import { formatDuration, formatFixed, formatPercent, formatTime } from '../../lib/format.ts'
import { t } from '../../lib/i18n/translate.ts'
import { distinctNames } from '../../lib/run-names.ts'
import { statusWords } from '../../lib/run-status.ts'
import { changeText, mainMetrics, metricText } from '../metric-text.ts'
import { chartPalettes } from '../palette.ts'
import { singlePanelsFor } from '../panels.ts'
import { mostSteps, type ReportRun } from '../report.ts'
import { curveParts, smoothingNote } from '../report-curves.ts'
import { escaped, page, type ReportSection, table } from '../report-html.ts'
import { choiceText, type StepChoice, stepsAmong } from './chosen-steps.ts'
import { type CurveGroup, curveSources } from './curve-sources.ts'
import { DerivedSeries } from './derived-series.ts'
import { evaluationInterval, valueAt } from './metric-at.ts'
import { groupBySeed } from './seed-groups.ts'
import { type BandKind, seedStatistics } from './seed-statistics.ts'
import { signTest, winInterval } from './sign-test.ts'

export interface Comparison {
  readonly runs: readonly ReportRun[]
  /** Place of the run that the others are held against. */
  readonly baseline: number
  /** Seeds as mean and band, or every run by itself. */
  readonly grouped: boolean
  /** Curves show how far each is from the baseline instead of the values. */
  readonly difference: boolean
  readonly band: BandKind
  /** Smoothing of the curves, 0 to 0.99. */
  readonly smoothing: number
  /** Which steps the values are of. */
  readonly choice: StepChoice
  /** What each run and the baseline, on the left, answer to the same prompts; null for the baseline, or where it is not known. */
  readonly pairs: readonly (PromptPairs | null)[]
}

/** Config keys up to which their differences are shown unfolded. */
const fewKeys = 12

/** Runs against a baseline as one page that opens anywhere, without Quiver and without the network, and prints well. */
export function comparisonReport(comparison: Comparison): string {
  const { runs, difference, smoothing } = comparison
  const names = distinctNames(runs.map(({ detail }) => detail.summary))
  const groups = seedGroups(runs, names)
  const keys = configDifferences(runs.map(({ detail }) => detail.config)).filter(({ path }) => path !== 'name')
  return page(names.join(' · '), facts(comparison, names), [
    { title: t('Runs grouped by seed'), content: seeds(comparison, groups) },
    { title: t('Held-out evaluations'), content: evaluations(runs, names) },
    { title: t('Same prompts'), content: samePrompts(comparison, names) },
    {
      title: difference ? t('Curves, difference to the baseline') : t('Curves'),
      content: smoothingNote(smoothing),
      parts: curves(comparison, groups, names),
    },
    ...valueTables(comparison, names),
    { title: t('Config differences'), content: configTable(keys, names), folded: keys.length > fewKeys },
  ])
}

/** The main metrics against the baseline, and what the runs are. */
function facts({ runs, baseline, choice }: Comparison, names: readonly string[]): string {
  const row = (title: string, value: (run: ReportRun) => string): string[] => [title, ...runs.map(value)]
  const note = t(
    'Values: {which}. In brackets the change against the baseline {name}: of shares in points, else in percent of its value.',
    {
      which: choiceText(choice),
      name: names[baseline]!,
    },
  )
  const rows = [
    ...valueRows(runs, baseline, choice, mainMetrics),
    row(t('Status'), ({ detail: { summary } }) => t(statusWords[summary.status])),
    row(t('Method'), ({ detail: { summary } }) => summary.method),
    row(t('Model'), ({ detail: { summary } }) => summary.model),
    row(t('Steps'), ({ detail: { summary: s } }) => t('{step} of {steps}', { step: s.step, steps: s.steps })),
    row(t('Trained for'), ({ detail: { summary } }) => formatDuration(summary.elapsedMs)),
    row(t('Started'), ({ detail: { summary } }) => formatTime(summary.createdAtMs)),
    row(t('Tags'), ({ detail: { summary } }) => summary.tags.join(', ') || t('none')),
  ]
  return `<p>${escaped(note)}</p>${table(['', ...names], rows)}`
}

/** Runs that differ in their seed alone, together; colour and dash of a group are those of its first run. */
function seedGroups(runs: readonly ReportRun[], names: readonly string[]): CurveGroup[] {
  const members = runs.map(({ detail: { config } }, place) => ({ name: names[place]!, config, place }))
  return groupBySeed(members).map(({ name, runs: own }) => ({
    ...{ name, ids: own.map(({ place }) => runs[place]!.detail.summary.id), place: own[0]!.place },
  }))
}

/** Mean and spread of each group's values; nothing where no two runs differ in their seed alone. */
function seeds({ runs, band, choice }: Comparison, groups: readonly CurveGroup[]): string {
  if (groups.length === runs.length) return ''
  const metrics = mainMetrics.filter((name) => runs.some(({ columns }) => valueAt(columns, name, choice)))
  const cell = ({ ids }: CurveGroup, name: string): string => {
    const own = runs.filter(({ detail }) => ids.includes(detail.summary.id))
    const values = own.flatMap(({ columns }) => valueAt(columns, name, choice)?.value ?? [])
    const known = seedStatistics(values, band)
    if (!known || values.length === 1) return metricText(name, known?.mean)
    const [low, high] = [metricText(name, known.low), metricText(name, known.high)]
    return `${metricText(name, known.mean)} (${t('{low} to {high}', { low, high })})`
  }
  const kind = band === 'range' ? t('mean, least to greatest') : t('mean and one standard error')
  const rows = metrics.map((name) => [t(metricInfo(name).label), ...groups.map((group) => cell(group, name))])
  return `<p>${escaped(kind)}</p>${table([t('Metric'), ...groups.map(({ name }) => name)], rows)}`
}

function configTable(keys: ReturnType<typeof configDifferences>, names: readonly string[]): string {
  if (keys.length === 0) return `<p>${escaped(t('The configs are the same in every key.'))}</p>`
  return table(
    [t('Key'), ...names],
    keys.map(({ path, values }) => [path, ...values.map((value) => value ?? '–')]),
  )
}

/** The metrics at the chosen steps: their mean where there are several, and then each of them folded, unless they are many. */
function valueTables({ runs, baseline, choice }: Comparison, names: readonly string[]): ReportSection[] {
  const metrics = recordedPanels(runs).map(({ id }) => id)
  const steps =
    typeof choice === 'string' ? [] : [...new Set(runs.flatMap(({ columns }) => stepsAmong(columns.steps, choice)))]
  const single = steps.length > 1 && steps.length <= mostSteps ? steps.toSorted((a, b) => a - b) : []
  const choices: StepChoice[] = [choice, ...single.map((step) => [[step, step] as const])]
  return choices.map((one, index) => {
    const rows = valueRows(runs, baseline, one, metrics)
    const content = rows.length === 0 ? '' : table([t('Metric'), ...names], rows)
    return { title: t('Metrics, {which}', { which: choiceText(one) }), content, folded: index > 0 }
  })
}

/** The value of each metric that any run has, and behind it how far it is from the baseline's. */
function valueRows(
  runs: readonly ReportRun[],
  baseline: number,
  choice: StepChoice,
  metrics: readonly string[],
): string[][] {
  return metrics.flatMap((name) => {
    const found = runs.map(({ columns }) => valueAt(columns, name, choice)?.value ?? null)
    const base = found[baseline] ?? null
    const cell = (value: number | null, index: number): string => {
      const text = metricText(name, value)
      return value === null || base === null || index === baseline ? text : `${text} (${changeText(name, value, base)})`
    }
    return found.every((value) => value === null) ? [] : [[t(metricInfo(name).label), ...found.map(cell)]]
  })
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
    const text = metricText(name, values?.[name])
    if (!interval) return text
    const [low, high] = interval.map((end) => metricText(name, end)) as [string, string]
    return `${text} (${t('{low} to {high}', { low, high })})`
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

function curves(
  { runs, baseline, grouped, difference, band, smoothing }: Comparison,
  seeds: readonly CurveGroup[],
  names: readonly string[],
) {
  const columns = new Map(runs.map((run) => [run.detail.summary.id, run.columns]))
  const series = new DerivedSeries({ columnsOf: (id) => columns.get(id)!, subscribeSeries: () => () => {} })
  const ids = [...columns.keys()]
  const groups = grouped ? seeds : ids.map((id, index) => ({ name: names[index]!, ids: [id] }))
  const held = groups.findIndex((group) => group.ids.includes(ids[baseline]!))
  const choice = { groups, baseline: held, difference, band }
  return curveParts({
    // A range of values says nothing of differences.
    panels: recordedPanels(runs).map(({ suggestedRange, ...panel }) =>
      suggestedRange && !difference ? { ...panel, suggestedRange } : panel,
    ),
    sourcesOf: ({ id }) => curveSources(choice, id, chartPalettes.light),
    columnsOf: (id) => series.columnsOf(id),
    smoothing,
    lastStep: Math.max(0, ...runs.map((run) => run.columns.steps.at(-1) ?? 0)),
  })
}

/** A panel for each metric, the main ones first. */
function recordedPanels(runs: readonly ReportRun[]) {
  const panels = singlePanelsFor(new Set(runs.flatMap((run) => [...run.columns.values.keys()])))
  const isMain = ({ id }: { readonly id: string }): boolean => mainMetrics.includes(id)
  return [...panels.filter(isMain), ...panels.filter((panel) => !isMain(panel))]
}
