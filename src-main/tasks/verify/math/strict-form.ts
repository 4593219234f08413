import type { LeafRule } from './equal.ts'
import type { Node } from './node.ts'

/**
 * The form rules of the PRM800K grader (Lightman et al. 2023, arXiv 2305.20050): two fractions of integers must match
 * as written, and an integer asks for an integer literal, and the reverse.
 */
export const strictForm: LeafRule = (gold, got) => {
  const fractions = [fractionText(gold.node), fractionText(got.node)]
  if (fractions[0] !== null && fractions[1] !== null) return fractions[0] === fractions[1]
  return isInteger(gold.node) === isInteger(got.node)
}

const unsigned = (node: Node): Node => (node.kind === 'negate' ? node.of : node)

function fractionText(node: Node): string | null {
  const inner = unsigned(node)
  if (inner.kind !== 'quotient') return null
  const [top, bottom] = [unsigned(inner.top), unsigned(inner.bottom)]
  if (top.kind !== 'number' || bottom.kind !== 'number') return null
  const negative = [node, inner.top, inner.bottom].filter(({ kind }) => kind === 'negate').length % 2 === 1
  return `${negative ? '-' : ''}${top.literal}/${bottom.literal}`
}

/** Whether a node is an integer literal: `7`, `7.0`. */
function isInteger(node: Node): boolean {
  const inner = unsigned(node)
  return inner.kind === 'number' && inner.value.denominator === 1n
}
