import type { Rational } from '../rational.ts'

/** Functions an expression may call; `second` is the index of a root or the lower number of a binomial. */
export const functionNames = [
  'sin',
  'cos',
  'tan',
  'cot',
  'sec',
  'csc',
  'arcsin',
  'arccos',
  'arctan',
  'arccot',
  'arcsec',
  'arccsc',
  'sinh',
  'cosh',
  'tanh',
  'coth',
  'exp',
  'ln',
  'log',
  'sqrt',
  'root',
  'abs',
  'floor',
  'ceil',
  'factorial',
  'choose',
] as const
export type FunctionName = (typeof functionNames)[number]

export type ConstantName = 'pi' | 'e' | 'i' | 'infinity'

/** An expression as it was written, before any evaluation. */
export type Node =
  | { readonly kind: 'number'; readonly value: Rational; readonly literal: string }
  | { readonly kind: 'constant'; readonly name: ConstantName }
  | { readonly kind: 'symbol'; readonly name: string }
  | { readonly kind: 'sum'; readonly terms: readonly Node[] }
  | { readonly kind: 'product'; readonly factors: readonly Node[] }
  | { readonly kind: 'quotient'; readonly top: Node; readonly bottom: Node }
  | { readonly kind: 'power'; readonly base: Node; readonly exponent: Node }
  | { readonly kind: 'negate'; readonly of: Node }
  | { readonly kind: 'call'; readonly name: FunctionName; readonly argument: Node; readonly second?: Node }

/** The direct parts of a node. */
export function partsOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'sum':
      return node.terms
    case 'product':
      return node.factors
    case 'quotient':
      return [node.top, node.bottom]
    case 'power':
      return [node.base, node.exponent]
    case 'negate':
      return [node.of]
    case 'call':
      return node.second ? [node.argument, node.second] : [node.argument]
    default:
      return []
  }
}

/** Whether a node or any part of it passes a test. */
export const someNode = (node: Node, test: (node: Node) => boolean): boolean =>
  test(node) || partsOf(node).some((part) => someNode(part, test))

/** Names of the free variables, sorted. */
export function variablesOf(node: Node): string[] {
  const names = new Set<string>()
  someNode(node, (part) => {
    if (part.kind === 'symbol') names.add(part.name)
    return false
  })
  return [...names].sort()
}

export const difference = (left: Node, right: Node): Node => ({
  kind: 'sum',
  terms: [left, { kind: 'negate', of: right }],
})
