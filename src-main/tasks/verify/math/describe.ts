import { exactValue } from './exact.ts'
import type { Node } from './node.ts'
import { kindOf, type Value } from './value.ts'

const lengthLimit = 400

/** How an answer was read, for people: its kind, and its parts with every bracket that matters. */
export function describeValue(value: Value): string {
  const text = valueText(value)
  return `${kindOf(value)}: ${text.length > lengthLimit ? `${text.slice(0, lengthLimit)}…` : text}`
}

function valueText(value: Value): string {
  switch (value.kind) {
    case 'expression':
      return `${nodeText(value.node)}${value.percent ? ' %' : ''}${value.unit ? ` ${value.unit}` : ''}`
    case 'list':
      return value.items.length === 0
        ? '∅'
        : value.items.map(valueText).join(value.joint === ',' ? ', ' : ` ${value.joint} `)
    case 'tuple':
      return `${value.open}${value.items.map(valueText).join(', ')}${value.close}`
    case 'union':
      return value.pieces.map(valueText).join(' ∪ ')
    case 'matrix':
      return value.rows.map((row) => row.map(valueText).join('  ')).join('\n')
    case 'equation':
      return `${value.name ?? (value.left ? nodeText(value.left) : '…')} = ${valueText(value.right)}`
    case 'relation':
      return value.sides
        .map((side, index) => `${index > 0 ? ` ${value.operators[index - 1]} ` : ''}${nodeText(side)}`)
        .join('')
    case 'ratio':
      return value.parts.map(nodeText).join(' : ')
    case 'choice':
      return value.content ? `${value.letter}, ${valueText(value.content)}` : value.letter
    default:
      return value.literal
  }
}

const constants = { pi: 'π', e: 'e', i: 'i', infinity: '∞' } as const

/** An expression on one line; the value itself where it is a rational number of moderate length. */
function nodeText(node: Node): string {
  const exact = exactValue(node)
  if (typeof exact === 'object') {
    const text = exact.denominator === 1n ? String(exact.numerator) : `${exact.numerator}/${exact.denominator}`
    if (text.length <= 60) return text
  }
  switch (node.kind) {
    case 'number':
      return node.literal
    case 'constant':
      return constants[node.name]
    case 'symbol':
      return node.name.replace(/^\\/, '')
    case 'sum':
      return node.terms.map((term, index) => signed(term, index > 0)).join('')
    case 'product':
      return node.factors.map(atom).join(' · ')
    case 'quotient':
      return `${atom(node.top)} / ${atom(node.bottom)}`
    case 'power':
      return `${atom(node.base)} ^ ${atom(node.exponent)}`
    case 'negate':
      return `−${atom(node.of)}`
    case 'call':
      return `${node.name}(${[node.argument, ...(node.second ? [node.second] : [])].map(nodeText).join(', ')})`
  }
}

function signed(term: Node, joined: boolean): string {
  if (!joined) return nodeText(term)
  return term.kind === 'negate' ? ` − ${atom(term.of)}` : ` + ${nodeText(term)}`
}

const atom = (node: Node): string => {
  const text = nodeText(node)
  return ['sum', 'product', 'quotient', 'power', 'negate'].includes(node.kind) && /[^\w]/.test(text)
    ? `(${text})`
    : text
}
