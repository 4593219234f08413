import { type FilterTerm, namedIn, numberFits, parseFilter, textFits } from '../../../src-preload/contract/filter.ts'
import type { FilterVocabulary } from '../../../src-preload/contract/filter-doubts.ts'
import type { RunSummary } from '../../../src-preload/contract/run.ts'
import { msg, t } from '../../lib/i18n/translate.ts'
import { progressOf, statusWords } from '../../lib/run-status.ts'

export const sortKeys = [
  'created',
  'name',
  'method',
  'model',
  'seed',
  'learning_rate',
  'status',
  'progress',
  'reward',
  'accuracy',
  'greedy',
  'time',
] as const
export type SortKey = (typeof sortKeys)[number]

export interface RunSort {
  readonly key: SortKey
  readonly descending: boolean
}

type Field = (run: RunSummary, term: FilterTerm) => boolean

/** What a filter may name: numbers, texts, and what a run is. */
const numberFields: Readonly<Record<string, (run: RunSummary) => number | null>> = {
  reward: (run) => run.lastReward,
  accuracy: (run) => run.lastAccuracy,
  greedy: (run) => run.lastGreedy,
  seed: (run) => run.seed,
  learning_rate: (run) => run.learningRate,
  step: (run) => run.step,
  steps: (run) => run.steps,
  progress: progressOf,
}
const textFields: Readonly<Record<string, Field>> = {
  name: (run, term) => textFits(run.name, term),
  method: (run, term) => textFits(run.method, term),
  model: (run, term) => textFits(run.model, term),
  status: (run, term) => textFits(run.status, term) || textFits(t(statusWords[run.status]), term),
  tag: (run, term) => run.tags.some((tag) => textFits(tag, term)),
  alarm: (run, term) =>
    run.alarms.some(({ rule }) => textFits(rule.replaceAll('_', ' '), term) || textFits(rule, term)),
  note: (run, term) => textFits(run.notes, term),
}
const flags: Readonly<Record<string, (run: RunSummary) => boolean>> = {
  pinned: (run) => run.pinned,
  alarm: (run) => run.alarms.length > 0,
}

export const runFilterVocabulary: FilterVocabulary = {
  numbers: Object.keys(numberFields),
  texts: Object.keys(textFields),
  flags: Object.keys(flags),
}

export const filterHelp = msg(
  'Words, or conditions such as method:archer, status:running, tag:sweep, reward>0.6, accuracy>=50%, greedy>0.8, step>100, -tag:old, name:"my run", alarm:entropy; is:pinned, is:alarm',
)

/** Whether the run fits a term. A field that does not exist is looked for as a word, as it was written. */
function fits(run: RunSummary, term: FilterTerm): boolean {
  if (term.field === 'is') return namedIn(flags, term.value.toLowerCase())?.(run) ?? false
  const number = namedIn(numberFields, term.field)
  if (number) return numberFits(number(run), term)
  const field = namedIn(textFields, term.field)
  if (field) return field(run, term)
  const word = term.field === '' ? term.value : `${term.field}${term.operator}${term.value}`
  const text = [run.name, run.method, run.model, run.status, t(statusWords[run.status]), run.notes, ...run.tags]
  return text.join(' ').toLowerCase().includes(word.toLowerCase())
}

/** Runs that fit every term of the query. */
export function searchRuns(runs: readonly RunSummary[], query: string): readonly RunSummary[] {
  const terms = parseFilter(query)
  return terms.length === 0 ? runs : runs.filter((run) => terms.every((term) => fits(run, term) !== term.negated))
}

const sortValues: Readonly<Record<SortKey, (run: RunSummary) => number | string | null>> = {
  created: (run) => run.createdAtMs,
  name: (run) => run.name.toLowerCase(),
  method: (run) => run.method,
  model: (run) => run.model,
  seed: (run) => run.seed,
  learning_rate: (run) => run.learningRate,
  status: (run) => t(statusWords[run.status]),
  progress: progressOf,
  reward: (run) => run.lastReward,
  accuracy: (run) => run.lastAccuracy,
  greedy: (run) => run.lastGreedy,
  time: (run) => run.elapsedMs,
}

/** A sorted copy: pinned runs first; runs without the value come last in either direction. */
export function sortRuns(runs: readonly RunSummary[], { key, descending }: RunSort): RunSummary[] {
  const sortValue = sortValues[key]
  return runs.toSorted((a, b) => {
    if (a.pinned !== b.pinned) return Number(b.pinned) - Number(a.pinned)
    const [left, right] = [sortValue(a), sortValue(b)]
    if (left === null || right === null) return Number(left === null) - Number(right === null)
    const order = left < right ? -1 : left > right ? 1 : 0
    return descending ? -order : order
  })
}

export const groupings = {
  none: msg('not grouped'),
  method: msg('by method'),
  model: msg('by model'),
  status: msg('by status'),
  tag: msg('by first tag'),
} as const
export type Grouping = keyof typeof groupings

const groupNames: Readonly<Record<Exclude<Grouping, 'none'>, (run: RunSummary) => string>> = {
  method: (run) => run.method,
  model: (run) => run.model,
  status: (run) => t(statusWords[run.status]),
  tag: (run) => run.tags[0] ?? t('no tag'),
}

/** A line of the table: the head of a group, or a run. */
export type TableLine =
  | { readonly kind: 'group'; readonly name: string; readonly runs: readonly RunSummary[] }
  | { readonly kind: 'run'; readonly run: RunSummary }

/** The lines of the table, groups in the order of their first run; runs keep their order. */
export function tableLines(runs: readonly RunSummary[], grouping: Grouping): TableLine[] {
  const line = (run: RunSummary): TableLine => ({ kind: 'run', run })
  if (grouping === 'none') return runs.map(line)
  const groups = Map.groupBy(runs, groupNames[grouping])
  return [...groups].flatMap(([name, members]): TableLine[] => [
    { kind: 'group', name, runs: members },
    ...members.map(line),
  ])
}

const csvColumns: readonly (readonly [name: string, value: (run: RunSummary) => string | number | null])[] = [
  ['id', (run) => run.id],
  ['name', (run) => run.name],
  ['tags', (run) => run.tags.join(' ')],
  ['method', (run) => run.method],
  ['model', (run) => run.model],
  ['seed', (run) => run.seed],
  ['learning_rate', (run) => run.learningRate],
  ['status', (run) => run.status],
  ['step', (run) => run.step],
  ['steps', (run) => run.steps],
  ['reward', (run) => run.lastReward],
  ['accuracy', (run) => run.lastAccuracy],
  ['greedy', (run) => run.lastGreedy],
  ['elapsed_s', (run) => run.elapsedMs / 1000],
  ['created', (run) => new Date(run.createdAtMs).toISOString()],
  ['notes', (run) => run.notes],
]

const quoted = (text: string): string => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

/** The runs as CSV, one row each. */
export function runsCsv(runs: readonly RunSummary[]): string {
  const rows = runs.map((run) => csvColumns.map(([, value]) => quoted(String(value(run) ?? ''))).join(','))
  return [csvColumns.map(([name]) => name).join(','), ...rows].join('\n').concat('\n')
}
