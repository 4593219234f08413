import { differenceProportion, equalNodes } from './equal-nodes.ts'
import type { Node } from './node.ts'
import type { Relation, Value } from './value.ts'

/** `small < large`, or `≤`; for `≠` the order does not matter. */
interface Comparison {
  readonly small: Node
  readonly large: Node
  readonly operator: '<' | '≤' | '≠'
}

/** The comparisons of a chain. */
function comparisonsOf({ sides, operators }: Relation): Comparison[] {
  return operators.map((operator, index) => {
    const [left, right] = [sides[index]!, sides[index + 1]!]
    if (operator === '≠') return { small: left, large: right, operator }
    const upward = operator === '<' || operator === '≤'
    const strict = operator === '<' || operator === '>'
    return { small: upward ? left : right, large: upward ? right : left, operator: strict ? '<' : '≤' }
  })
}

/** Whether two lists of inequalities that hold together are the same comparisons, in any order. */
export function equalRelations(gold: readonly Value[], got: readonly Value[]): boolean {
  const relations = (values: readonly Value[]): Relation[] => values.filter((value) => value.kind === 'relation')
  const [a, b] = [relations(gold), relations(got)]
  if (a.length !== gold.length || b.length !== got.length) return false
  const left = b.flatMap(comparisonsOf)
  const wanted = a.flatMap(comparisonsOf)
  if (wanted.length !== left.length) return false
  return wanted.every((comparison) => {
    const partner = left.findIndex((other) => equalComparisons(comparison, other))
    if (partner >= 0) left.splice(partner, 1)
    return partner >= 0
  })
}

function equalComparisons(a: Comparison, b: Comparison): boolean {
  if (a.operator !== b.operator) return false
  const sign = differenceProportion([a.small, a.large], [b.small, b.large])
  return sign === 'positive' || (sign === 'negative' && a.operator === '≠')
}

/** Whether a gold inequality accepts an answer: the same inequality, or the interval of its one bare symbol. */
export function relationAccepts(gold: Relation, got: Value, equal: (a: Value, b: Value) => boolean): boolean {
  if (got.kind === 'relation') return equalRelations([gold], [got])
  if (got.kind === 'union') {
    const holes = gold.operators[0] === '≠' ? withoutPoint(gold) : null
    return holes !== null && equal(holes, got)
  }
  const interval = intervalOf(gold)
  return interval !== null && got.kind === 'tuple' && equal(interval, got)
}

const infinity: Node = { kind: 'constant', name: 'infinity' }
const minusInfinity: Node = { kind: 'negate', of: infinity }

const bound = (node: Node): Value => ({ kind: 'expression', node, percent: false, unit: null, literal: '' })
const interval = (open: string, low: Node, high: Node, close: string): Value => ({
  kind: 'tuple',
  open,
  close,
  items: [bound(low), bound(high)],
  literal: '',
})

/** The interval of `a < x ≤ b`, `x ≥ a` or `x < b`; null where no side is a bare symbol. */
function intervalOf(relation: Relation): Value | null {
  if (relation.operators[0] === '≠') return null
  const comparisons = comparisonsOf(relation)
  const symbol = relation.sides.find((side) => side.kind === 'symbol')
  if (!symbol) return null
  const isSymbol = (node: Node): boolean =>
    node.kind === 'symbol' && symbol.kind === 'symbol' && node.name === symbol.name
  const below = comparisons.filter((comparison) => isSymbol(comparison.large))
  const above = comparisons.filter((comparison) => isSymbol(comparison.small))
  if (below.length > 1 || above.length > 1 || below.length + above.length !== comparisons.length) return null
  const low = below[0]?.small ?? minusInfinity
  const high = above[0]?.large ?? infinity
  return interval(below[0]?.operator === '≤' ? '[' : '(', low, high, above[0]?.operator === '≤' ? ']' : ')')
}

/** `x ≠ a` as the two open intervals beside a. */
function withoutPoint({ sides }: Relation): Value | null {
  const [left, right] = sides
  if (left?.kind !== 'symbol' || !right || equalNodes(left, right)) return null
  return {
    kind: 'union',
    pieces: [interval('(', minusInfinity, right, ')'), interval('(', right, infinity, ')')],
    literal: '',
  }
}
