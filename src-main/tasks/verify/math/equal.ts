import { integer, multiplyRational } from '../rational.ts'
import { differenceProportion, equalNodes } from './equal-nodes.ts'
import type { Node } from './node.ts'
import { equalRelations, relationAccepts } from './relation.ts'
import type { Equation, Expression, List, Value } from './value.ts'

/** Whether two leaves that are equal in value are also acceptable in form; the strict form narrows it. */
export type LeafRule = (gold: Expression, got: Expression) => boolean

const anyForm: LeafRule = () => true

/**
 * Whether an answer is the gold value. Symmetric, but for one thing: a gold inequality accepts the interval it describes,
 * and not the reverse, so that repeating the question earns nothing.
 */
export function equalValues(gold: Value, got: Value, leafRule: LeafRule = anyForm): boolean {
  const equal = (a: Value, b: Value): boolean => equalValues(a, b, leafRule)
  if (gold.kind === 'choice' || got.kind === 'choice') return equalChoices(gold, got, equal)
  if (gold.kind === 'equation' || got.kind === 'equation') return equalEquations(gold, got, equal)
  if (gold.kind === 'list' || got.kind === 'list') return equalLists(gold, got, equal)
  if (gold.kind === 'relation') return relationAccepts(gold, got, equal)
  switch (gold.kind) {
    case 'expression':
      if (got.kind === 'text') return sameLetters(gold, got.literal)
      return got.kind === 'expression' && equalExpressions(gold, got) && leafRule(gold, got)
    case 'tuple':
      return (
        got.kind === 'tuple' &&
        gold.open === got.open &&
        gold.close === got.close &&
        inOrder(gold.items, got.items, equal)
      )
    case 'union':
      return got.kind === 'union' && matched(gold.pieces, got.pieces, equal)
    case 'matrix':
      return (
        got.kind === 'matrix' &&
        gold.determinant === got.determinant &&
        gold.rows.length === got.rows.length &&
        gold.rows.every((row, index) => inOrder(row, got.rows[index]!, equal))
      )
    case 'ratio':
      return got.kind === 'ratio' && equalRatios(gold.parts, got.parts)
    case 'based':
      return got.kind === 'based' && gold.base === got.base && gold.digits === got.digits
    case 'text':
      if (got.kind === 'expression') return sameLetters(got, gold.literal)
      return got.kind === 'text' && gold.literal !== '' && gold.literal === got.literal
  }
}

/** `DNE` against `\text{DNE}`: letters that could be a product, and the same letters as a word. */
const sameLetters = ({ literal, percent, unit }: Expression, word: string): boolean =>
  !percent && unit === null && /^[a-z]{2,}$/i.test(literal) && literal.toLowerCase() === word.toLowerCase()

type Equal = (a: Value, b: Value) => boolean

const inOrder = (gold: readonly Value[], got: readonly Value[], equal: Equal): boolean =>
  gold.length === got.length && gold.every((item, index) => equal(item, got[index]!))

/** Whether the items can be paired off, in any order; equality is transitive, so the first partner found will do. */
function matched(gold: readonly Value[], got: readonly Value[], equal: Equal): boolean {
  if (gold.length !== got.length) return false
  const left = [...got]
  return gold.every((item) => {
    const same = left.findIndex((other) => other.literal === item.literal && equal(item, other))
    const partner = same >= 0 ? same : left.findIndex((other) => equal(item, other))
    if (partner >= 0) left.splice(partner, 1)
    return partner >= 0
  })
}

/** A percent sign may be missing; with one on one side only, that side also counts as its hundredth. */
function equalExpressions(gold: Expression, got: Expression): boolean {
  if (gold.unit !== null && got.unit !== null && gold.unit !== got.unit) return false
  if (equalNodes(gold.node, got.node)) return true
  if (gold.percent === got.percent) return false
  return gold.percent ? equalNodes(hundredth(gold.node), got.node) : equalNodes(gold.node, hundredth(got.node))
}

function hundredth(node: Node): Node {
  const value = multiplyRational(integer(1), { numerator: 1n, denominator: 100n })
  return { kind: 'product', factors: [node, { kind: 'number', value, literal: '0.01' }] }
}

/** A choice is its letter; what stands behind it must not contradict, and is what a gold without a letter is held against. */
function equalChoices(gold: Value, got: Value, equal: Equal): boolean {
  if (gold.kind === 'choice' && got.kind === 'choice') {
    if (gold.letter.toUpperCase() !== got.letter.toUpperCase()) return false
    return gold.content === null || got.content === null || equal(gold.content, got.content)
  }
  const [choice, other] = gold.kind === 'choice' ? [gold, got] : [got, gold]
  if (choice.kind !== 'choice') return false
  const letter = singleLetter(other)
  if (letter === choice.letter || letter === choice.letter.toUpperCase()) return true
  return (
    choice.content !== null && (gold.kind === 'choice' ? equal(choice.content, other) : equal(other, choice.content))
  )
}

const singleLetter = (value: Value): string | null =>
  value.kind === 'expression' && value.node.kind === 'symbol' ? value.node.name : null

/** Assigned values against anything else; equation against equation by name, or by proportional differences. */
function equalEquations(gold: Value, got: Value, equal: Equal): boolean {
  if (gold.kind === 'equation' && got.kind === 'equation') {
    if (gold.name !== null && gold.name === got.name) return equal(gold.right, got.right)
    const [left, right] = [sidesOf(gold), sidesOf(got)]
    return left !== null && right !== null && differenceProportion(left, right) !== null
  }
  if (gold.kind === 'list' && got.kind === 'equation') return equalLists(gold, got, equal)
  if (gold.kind === 'equation' && got.kind === 'list') return equalLists(gold, got, equal)
  if (gold.kind === 'equation') return gold.name !== null && equal(gold.right, got)
  return got.kind === 'equation' && got.name !== null && equal(gold, got.right)
}

const sidesOf = ({ left, right }: Equation): readonly [Node, Node] | null =>
  left && right.kind === 'expression' ? [left, right.node] : null

function equalLists(gold: Value, got: Value, equal: Equal): boolean {
  const system = systemOf(gold) ?? gold
  const answer = systemOf(got) ?? got
  if (system.kind === 'list' && answer.kind === 'list') return equalItems(system, answer, equal)
  const [list, other] = system.kind === 'list' ? [system, answer] : [answer, system]
  if (list.kind !== 'list') return false
  if (other.kind === 'relation' && list.joint !== 'or') return equalRelations(list.items, [other])
  if (gold.kind === 'list' && other.kind === 'union')
    return list.joint !== 'and' && matched(list.items, other.pieces, equal)
  if (other.kind === 'union') return list.joint === 'or' && matched(other.pieces, list.items, equal)
  if (other.kind === 'tuple') return isSystem(list) && inOrder(coordinates(list), other.items, equal)
  if (other.kind === 'equation' && other.name !== null) return equalLists(list, other.right, equal)
  return list.items.length === 1 && equal(list.items[0]!, other)
}

function equalItems(gold: List, got: List, equal: Equal): boolean {
  const [goldSystem, gotSystem] = [isSystem(gold), isSystem(got)]
  // Values of different unknowns, against bare values: only their order says which is which.
  if (goldSystem && !gotSystem && !got.items.some(isEquation))
    return inOrder(gold.items.map(assigned), got.items, equal)
  const joints = gold.joint === 'or' || got.joint === 'or'
  const relations =
    gold.items.every(({ kind }) => kind === 'relation') && got.items.every(({ kind }) => kind === 'relation')
  if (relations && !(joints && gold.joint !== got.joint && (gold.joint === 'and' || got.joint === 'and')))
    return matched(gold.items, got.items, equal)
  return !relations && matched(gold.items, got.items, equal)
}

const isEquation = (value: Value): boolean => value.kind === 'equation'
const assigned = (value: Value): Value => (value.kind === 'equation' && value.name !== null ? value.right : value)

/** Whether a list gives values to different unknowns: `x = 3, y = 2`. */
function isSystem({ items }: List): boolean {
  const names = items.map((item) => (item.kind === 'equation' ? item.name : null))
  return items.length > 1 && names.every((name) => name !== null) && new Set(names).size === names.length
}

/** The values of a system, by name where the names are those of coordinates, otherwise as written. */
function coordinates({ items }: List): readonly Value[] {
  const nameOf = (item: Value): string => (item.kind === 'equation' ? (item.name ?? '') : '')
  const named = items.every((item) => /^[xyz]$/.test(nameOf(item)))
  const ordered = named ? [...items].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)) : items
  return ordered.map(assigned)
}

/** `(x, y) = (3, 2)` as `x = 3, y = 2`; null for anything else. */
function systemOf(value: Value): List | null {
  if (value.kind !== 'equation' || value.right.kind !== 'tuple') return null
  const names = /^\((.*)\)$/.exec(value.name ?? '')?.[1]?.split(',')
  const { items } = value.right
  if (names?.length !== items.length) return null
  const equations = items.map((right, index): Value => {
    const name = names[index]!
    return { kind: 'equation', name, left: { kind: 'symbol', name }, right, literal: `${name}=${right.literal}` }
  })
  return { kind: 'list', items: equations, joint: ',', set: false, literal: value.literal }
}

/** Ratios are equal when one is a multiple of the other. */
function equalRatios(gold: readonly Node[], got: readonly Node[]): boolean {
  if (gold.length !== got.length) return false
  return gold
    .slice(1)
    .every((part, index) =>
      equalNodes(
        { kind: 'product', factors: [gold[0]!, got[index + 1]!] },
        { kind: 'product', factors: [got[0]!, part] },
      ),
    )
}
