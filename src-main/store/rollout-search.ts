import { type FilterTerm, namedIn, numberOf, parseFilter } from '../../src-preload/contract/filter.ts'
import type { rolloutFields } from '../../src-preload/contract/rollout-fields.ts'
import type { RolloutMatch, RolloutSearch, RolloutSearchResult } from '../../src-preload/contract/run.ts'
import { type RolloutRow, rolloutColumns, rolloutSummary } from './rollouts.ts'
import { allRows, oneRow, type Query, type ReadDb } from './sql.ts'

/** Conditions joined by AND; the texts are literals of this file, the values are bound. */
type Condition = Query

const numberColumns: Readonly<Record<(typeof rolloutFields.numbers)[number], string>> = {
  reward: 'r.reward',
  advantage: 'r.advantage',
  tokens: 'r.tokens',
  entropy: 'r.mean_entropy',
  step: 'g.step',
  group: 'g.group_index + 1',
  accuracy: 'g.accuracy',
}
const textColumns: Readonly<Record<Exclude<(typeof rolloutFields.texts)[number], 'text'>, string>> = {
  prompt: 'g.prompt',
  promptid: 'g.prompt_id',
  answer: 'g.answer',
  found: "coalesce(r.extracted, '')",
  reason: 'r.reason',
  // Parts of words and signs, which the index of words does not know.
  contains: 'r.text',
}
/** Words that say what a response is. */
const flags: Readonly<Record<(typeof rolloutFields.flags)[number], string>> = {
  correct: 'r.correct = 1',
  wrong: 'r.correct = 0',
  truncated: "r.finish_reason = 'length'",
  unparsed: 'r.extracted IS NULL',
  filtered: 'g.filtered = 1',
  traced: 'EXISTS (SELECT 1 FROM traces WHERE rollout_id = r.id)',
  spread: spreadText(true),
  nospread: spreadText(false),
}
const numberOperators: Readonly<Record<FilterTerm['operator'], string>> = {
  ':': '=',
  '=': '=',
  '!=': '<>',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
}

function spreadText(wanted: boolean): string {
  return `${wanted ? '' : 'NOT '}EXISTS (SELECT 1 FROM rollouts o WHERE o.group_id = g.id AND o.reward <> r.reward)`
}

const orders: Readonly<Record<RolloutSearch['order'], string>> = {
  newest: 'g.step DESC, g.group_index, r.response_index',
  oldest: 'g.step, g.group_index, r.response_index',
  best: 'r.reward DESC, g.step DESC, r.id',
  worst: 'r.reward, g.step DESC, r.id',
  longest: 'r.tokens DESC, r.id',
  'most-uncertain': 'r.mean_entropy DESC, r.id',
  // A fixed scramble of the ids, so that the next part of the list goes on where this one ends.
  random: '(r.id * 2654435761) % 4294967291, r.id',
}

/** Words as a phrase each; what people type is never a query language to the index. */
const phrase = (text: string): string => `"${text.replaceAll('"', '""')}"`

function conditionOf({ field, operator, value, open }: FilterTerm): Condition {
  const flag = field === 'is' || field === '' ? namedIn(flags, value.toLowerCase()) : undefined
  if (flag !== undefined) return { text: flag, parameters: [] }
  const column = namedIn(numberColumns, field)
  const number = column === undefined ? null : numberOf(value)
  if (column !== undefined && number !== null)
    return { text: `${column} ${numberOperators[operator]} ?`, parameters: [number] }
  const text = namedIn(textColumns, field)
  if (text !== undefined && (operator === '=' || operator === '!='))
    return { text: `${text} ${operator === '=' ? '=' : '<>'} ?`, parameters: [value] }
  if (text !== undefined) return { text: `instr(lower(${text}), lower(?)) > 0`, parameters: [value] }
  const word = field === '' || field === 'text' ? value : `${field}${operator}${value}`
  const inText = { text: 'instr(lower(r.text), lower(?)) > 0', parameters: [word] }
  if (!/[\p{L}\p{N}]/u.test(word)) return inText
  const inIndex = {
    text: 'r.id IN (SELECT rowid FROM rollouts_text WHERE rollouts_text MATCH ?)',
    parameters: [open ? `${phrase(word)} *` : phrase(word)],
  }
  // The index knows no signs: what holds the words is then read for them.
  return /[^\p{L}\p{N}\p{M}\s]/u.test(word)
    ? { text: `${inIndex.text} AND ${inText.text}`, parameters: [...inIndex.parameters, ...inText.parameters] }
    : inIndex
}

/** Conditions of a run's filter, `reward<1 truncated step>200 text:"wait"`, as SQL with bound values. */
function whereOf(runId: string, filter: string): Condition {
  const conditions = parseFilter(filter).map((term) => {
    const { text, parameters } = conditionOf(term)
    return { text: term.negated ? `NOT (${text})` : `(${text})`, parameters }
  })
  return {
    text: ['g.run_id = ?', ...conditions.map(({ text }) => text)].join(' AND '),
    parameters: [runId, ...conditions.flatMap(({ parameters }) => parameters)],
  }
}

const from = 'FROM rollout_groups g JOIN rollouts r ON r.group_id = g.id WHERE'

export function searchPageQuery({ id, filter, order, offset, limit }: RolloutSearch): Query {
  const where = whereOf(id, filter)
  return {
    text: `SELECT ${rolloutColumns}, g.prompt AS prompt, g.answer AS answer ${from} ${where.text}
      ORDER BY ${orders[order]} LIMIT ? OFFSET ?`,
    parameters: [...where.parameters, limit, offset],
  }
}

type Totals = Omit<RolloutSearchResult, 'rollouts'>

/** Responses of a run that fit the filter, a page of them in the order asked for, with what holds for all of them. */
export function searchRollouts(db: ReadDb, search: RolloutSearch): RolloutSearchResult {
  const where = whereOf(search.id, search.filter)
  const totals = oneRow<Totals>(db, {
    text: `SELECT count(*) AS total, coalesce(sum(r.correct), 0) AS correct,
      coalesce(sum(r.finish_reason = 'length'), 0) AS truncated, coalesce(sum(r.extracted IS NULL), 0) AS unparsed,
      coalesce(sum(g.filtered), 0) AS filtered, count(DISTINCT g.id) AS groups,
      count(DISTINCT CASE WHEN ${flags.nospread} THEN g.id END) AS groupsWithoutSpread,
      min(g.step) AS firstStep, max(g.step) AS lastStep, avg(r.reward) AS meanReward ${from} ${where.text}`,
    parameters: where.parameters,
  })!
  const rows = allRows<RolloutRow & Pick<RolloutMatch, 'prompt' | 'answer'>>(db, searchPageQuery(search))
  return {
    ...totals,
    rollouts: rows.map(({ prompt, answer, ...row }) => ({ ...rolloutSummary(row), prompt, answer })),
  }
}
