import { changeBins, entropyPercentiles } from '../../src-preload/contract/diagnostics.ts'
import { type MetricGroup, metricGroups, metricInfo, metricNames } from '../../src-preload/contract/metrics.ts'
import { msg, t } from '../lib/i18n/translate.ts'

/** Metrics that share one pair of axes. */
export interface PanelSpec {
  readonly id: string
  /** To be shown by `t`, as the unit. */
  readonly title: string
  readonly group: MetricGroup
  /** Empty where the title says it. */
  readonly unit: string
  readonly metrics: readonly string[]
  /** The y axis reaches at least from and to here. */
  readonly suggestedRange?: readonly [from: number, to: number]
  /** The lines are percentiles, greatest first: the room between them is filled. */
  readonly bands?: boolean
}

const panel = (
  title: string,
  metrics: readonly [string, ...string[]],
  suggestedRange?: readonly [number, number],
): PanelSpec => ({
  id: metrics[0],
  title,
  group: metricInfo(metrics[0]).group,
  unit: unitBeside(title, metrics[0]),
  metrics,
  ...(suggestedRange ? { suggestedRange } : {}),
})

/** Percentiles, greatest first. */
const bands = (title: string, metrics: readonly [string, ...string[]]): PanelSpec => ({
  ...panel(title, metrics),
  bands: true,
})

/** `Reward, correct` needs no `reward` beside it. */
function unitBeside(title: string, metric: string): string {
  const { unit } = metricInfo(metric)
  return title.toLowerCase().split(/\W+/).includes(unit) ? '' : unit
}

/** Panels of the run page in order, what is looked at most first. */
const panels: readonly PanelSpec[] = [
  panel(msg('Reward'), ['reward']),
  panel(msg('Accuracy'), ['accuracy', 'solve_all', 'solve_none'], [0, 1]),
  panel(
    msg('Held-out accuracy'),
    ['eval/greedy', 'eval/avg', 'eval/pass@2', 'eval/pass@4', 'eval/pass@8', 'eval/pass@16'],
    [0, 1],
  ),
  panel(msg('Entropy by class'), ['entropy', 'entropy/reasoning', 'entropy/knowledge']),
  panel(msg('KL by class'), ['kl', 'kl/reasoning', 'kl/knowledge']),
  panel(msg('Clipped by class'), ['clip_ratio', 'clip_ratio/reasoning', 'clip_ratio/knowledge'], [0, 0.001]),
  panel(msg('Response length'), ['completions/mean_length', 'completions/max_length']),
  panel(msg('Gradient norm'), ['grad_norm']),
  panel(msg('Tokens per second'), ['tokens_per_second']),
  panel(msg('Groups without spread'), ['frac_reward_zero_std'], [0, 1]),
  bands(msg('Entropy percentiles'), ['entropy/p95', 'entropy/p80', 'entropy/p50', 'entropy/p20', 'entropy/p5']),
  bands(msg('Entropy percentiles, all'), [
    'entropy/p100',
    ...entropyPercentiles
      .filter((percent) => ![5, 20, 50, 80, 95, 100].includes(percent))
      .toReversed()
      .map((percent) => `entropy/p${percent}`),
  ]),
  panel(msg('Entropy change by base entropy'), [
    'entropy_change/p100',
    ...changeBins
      .slice(0, -1)
      .toReversed()
      .map((percent) => `entropy_change/p${percent}`),
  ]),
  panel(msg('Entropy by advantage'), ['entropy/positive_advantage', 'entropy/negative_advantage']),
  panel(msg('Entropy of responses and prompts'), [
    'entropy/response_mean',
    'entropy/response_std',
    'entropy/prompt_std',
    'entropy_threshold',
  ]),
  panel(msg('Entropy flow'), ['entropy_flow/positive', 'entropy_flow/negative', 'entropy_flow/net']),
  panel(msg('Entropy imbalance'), ['entropy_flow/lambda', 'opefo/lambda']),
  panel(msg('Tokens by entropy flow'), ['entropy_flow/frac_positive', 'entropy_flow/frac_negative'], [0, 1]),
  panel(msg('Regions of likelihood and advantage'), [
    'entropy_region/e1',
    'entropy_region/e2',
    'entropy_region/e3',
    'entropy_region/e4',
  ]),
  panel(msg('Covariance'), [
    'covariance/mean',
    'covariance/top_0.0002',
    'covariance/top_0.002',
    'covariance/top_0.02',
    'covariance/top_0.2',
  ]),
  panel(msg('Clipped by side'), ['clip_ratio/high', 'clip_ratio/low', 'clip_ratio/dual'], [0, 0.001]),
  panel(msg('Truncated and repeated'), ['completions/clipped_ratio', 'completions/repetition'], [0, 0.01]),
  panel(msg('Verifier'), ['verifier/unparsed_ratio', 'verifier/timeout_ratio'], [0, 0.01]),
  panel(msg('Clipped by class and side'), [
    'clip_ratio/reasoning_high',
    'clip_ratio/reasoning_low',
    'clip_ratio/knowledge_high',
    'clip_ratio/knowledge_low',
  ]),
  panel(msg('Probability of clipped tokens'), ['clip_probability/high', 'clip_probability/low'], [0, 1]),
  panel(msg('Importance ratio'), ['ratio/mean', 'ratio/max', 'ratio/p99', 'ratio/p1', 'ratio/min']),
  panel(msg('FlexEC bounds'), ['flexec/ratio_min', 'flexec/ratio_max']),
  panel(msg('FlexEC oscillation'), ['flexec/tau_low', 'flexec/tau_high']),
  panel(msg('Response length by verdict'), ['completions/mean_length_correct', 'completions/mean_length_wrong']),
  panel(msg('Repetition by verdict'), ['completions/repetition_correct', 'completions/repetition_wrong']),
  panel(msg('Thinking words'), [
    'words/thinking',
    'words/planning',
    'words/evaluation',
    'words/decision',
    'words/reflection',
    'words/concepts',
    'words/connectives',
  ]),
  panel(msg('Time per step'), [
    'timing_s/step',
    'timing_s/generate',
    'timing_s/update',
    'timing_s/reference',
    'timing_s/verify',
    'timing_s/record',
  ]),
  panel(msg('Trainer memory'), ['memory/resident', 'memory/peak']),
  panel(msg('Trainer CPU'), ['system/trainer_cpu']),
  panel(msg('Machine'), ['system/cpu', 'system/memory'], [0, 1]),
  panel(msg('GPU utilization'), ['gpu/utilization'], [0, 1]),
  panel(msg('GPU memory'), ['gpu/memory_used', 'gpu/memory_total']),
  panel(msg('GPU power'), ['gpu/power']),
  panel(msg('GPU temperature'), ['gpu/temperature']),
]

/** More panels than an overview has, as some runs do not record them all. */
const firstPanels = 10

/** Metrics that the top of a run's page shows: its first panels, the places on their axes, and the times of its steps. */
export const firstMetrics: readonly string[] = [
  ...panels.slice(0, firstPanels).flatMap((spec) => spec.metrics),
  ...['num_tokens', ...metricNames.filter((name) => name.startsWith('timing_s/'))],
]

/** Standard errors belong to the numbers they are of; they are no curve. */
const isCurve = (name: string): boolean => !name.endsWith('/stderr')

/** `entropy/p95` and its like: what comes before the slash, and the percentile. */
const percentile = /^(.+)\/p(\d{1,3})$/

/** One panel of bands for each quantity whose percentiles were recorded; takes their names out of the set. */
function bandPanels(names: Set<string>): PanelSpec[] {
  const families = Map.groupBy(
    [...names].filter((name) => percentile.test(name)),
    (name) => percentile.exec(name)![1]!,
  )
  return [...families].map(([family, members]) => {
    for (const name of members) names.delete(name)
    const ordered = members.toSorted((a, b) => Number(percentile.exec(b)![2]) - Number(percentile.exec(a)![2]))
    const title = t('{metric} percentiles', { metric: t(metricInfo(family).label) })
    return bands(title, ordered as [string, ...string[]])
  })
}

/** Panels for the recorded metrics; those that were not recorded are left out. A metric of no panel gets its own, at the end. */
export function panelsFor(recorded: Iterable<string>): PanelSpec[] {
  const names = new Set([...recorded].filter(isCurve))
  const known = panels
    .map((spec) => ({ ...spec, metrics: spec.metrics.filter((name) => names.delete(name)) }))
    .filter((spec) => spec.metrics.length > 0)
  const order = Object.keys(metricGroups)
  const banded = bandPanels(names)
  const others = [...names].sort().map((name) => panel(metricInfo(name).label, [name]))
  return [...known, ...banded, ...others.sort((a, b) => order.indexOf(a.group) - order.indexOf(b.group))]
}

export interface PanelSection {
  readonly title: string
  readonly panels: readonly PanelSpec[]
}

/** So many of the first panels are what is looked at most. */
const overviewPanels = 6

/** The panels by theme, what is looked at most first; `search` keeps the panels whose title or metrics hold it. */
export function panelSections(panels: readonly PanelSpec[], search = ''): PanelSection[] {
  const groups = Object.entries(metricGroups).map(([group, title]) => ({
    title,
    panels: panels.slice(overviewPanels).filter((spec) => spec.group === group),
  }))
  return found([{ title: msg('Overview'), panels: panels.slice(0, overviewPanels) }, ...groups], search)
}

/** The sections of `panelSections` with one panel per metric. */
export function singlePanelSections(recorded: Iterable<string>, search = ''): PanelSection[] {
  const sections = panelSections(panelsFor(recorded))
  return found(
    sections.map(({ title, panels }) => ({ title, panels: panels.flatMap(singlePanels) })),
    search,
  )
}

function found(sections: readonly PanelSection[], search: string): PanelSection[] {
  const wanted = search.trim().toLowerCase()
  const matches = (spec: PanelSpec): boolean =>
    [spec.title, t(spec.title), ...spec.metrics].some((text) => text.toLowerCase().includes(wanted))
  return sections
    .map((section) => ({ ...section, panels: section.panels.filter(matches) }))
    .filter((section) => section.panels.length > 0)
}

/** Where three in a row fill the last row better than four, no wider screen puts more into one. */
export const fillsRowsOfThree = (panels: number): boolean => panels > 4 && lastRow(panels, 3) > lastRow(panels, 4)
const lastRow = (panels: number, columns: number): number => (panels % columns || columns) / columns

/** One panel per metric, for overlaying runs: colour and dash stand for the run. */
export const singlePanelsFor = (recorded: Iterable<string>): PanelSpec[] => panelsFor(recorded).flatMap(singlePanels)

const singlePanels = (spec: PanelSpec): PanelSpec[] =>
  spec.metrics.map((name) => {
    const title = metricInfo(name).label
    return { ...spec, id: name, metrics: [name], title, unit: unitBeside(title, name), bands: false }
  })

/** `Entropy, reasoning` in a panel called `Entropy by class` is `reasoning`; the whole metric is `all`. */
export function shortLabel(metric: string): string {
  const part = percentile.exec(metric)
  if (part) return `${Number(part[2])} %`
  const className = /\/(reasoning|knowledge)$/.exec(metric)?.[1]
  if (className) return className
  if (metric === 'entropy' || metric === 'kl' || metric === 'clip_ratio') return 'all'
  if (metric === 'eval/greedy') return 'greedy'
  if (metric === 'eval/avg') return 'avg@n'
  return metricInfo(metric).label.replace(
    /^Held-out |^Clipped |^Entropy, |^Ratio, |^Words of |^Entropy change, |^GPU memory |^Memory of the trainer, /,
    '',
  )
}
