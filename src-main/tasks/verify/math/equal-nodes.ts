import { equalRational } from '../rational.ts'
import { exactValue } from './exact.ts'
import { difference, type Node, partsOf, someNode, variablesOf } from './node.ts'
import { proportion, sampleEqual } from './sample.ts'

/** Whether two expressions have the same value everywhere. What is undefined equals nothing, itself included. */
export function equalNodes(left: Node, right: Node): boolean {
  const infinities = [infinitySign(left), infinitySign(right)]
  if (infinities[0] !== 0 || infinities[1] !== 0) return infinities[0] === infinities[1]
  const [a, b] = [exactValue(left), exactValue(right)]
  if (a === 'undefined' || b === 'undefined') return false
  if (typeof a === 'object' && typeof b === 'object') return equalRational(a, b)
  const variables = variablesOf(left)
  const names = variablesOf(right)
  if (variables.length !== names.length || variables.some((name, index) => name !== names[index])) return false
  if (a === 'tooLarge' || b === 'tooLarge') return identical(left, right)
  const agreement = sampleEqual(left, right, variables)
  return agreement === 'undecided' ? identical(left, right) && hasValue(left) : agreement === 'equal'
}

/** +1 and −1 for the infinities, 0 for everything else. */
function infinitySign(node: Node): number {
  if (node.kind === 'constant') return node.name === 'infinity' ? 1 : 0
  return node.kind === 'negate' ? -infinitySign(node.of) || 0 : 0
}

/** A constant that no point gives a value has none. */
const hasValue = (node: Node): boolean =>
  someNode(node, ({ kind }) => kind === 'symbol') &&
  !someNode(node, (part) => part.kind === 'constant' && part.name === 'infinity')

/** Whether two expressions are written the same way. */
function identical(left: Node, right: Node): boolean {
  if (left.kind !== right.kind) return false
  if (left.kind === 'number' && right.kind === 'number') return equalRational(left.value, right.value)
  if ('name' in left && 'name' in right && left.name !== right.name) return false
  const [a, b] = [partsOf(left), partsOf(right)]
  return a.length === b.length && a.every((part, index) => identical(part, b[index]!))
}

/** Sign of the constant between the differences (left − right) of two relations; null when they are not proportional. */
export function differenceProportion(
  left: readonly [Node, Node],
  right: readonly [Node, Node],
): 'positive' | 'negative' | null {
  const [first, second] = [difference(...left), difference(...right)]
  const variables = variablesOf(first)
  if (variables.length === 0 || variables.join() !== variablesOf(second).join()) return null
  return proportion(first, second, variables)
}
