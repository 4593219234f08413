import type { Node } from './node.ts'

interface Written {
  /** What was written, in one spelling: for literal comparison and for display. */
  readonly literal: string
}

export interface Expression extends Written {
  readonly kind: 'expression'
  readonly node: Node
  /** Whether a percent sign stands behind it. */
  readonly percent: boolean
  /** Family of a known unit behind it. */
  readonly unit: string | null
}

/** Comma lists, sets in braces, lists with "or" and "and", and both values of a ±: the order is free. */
export interface List extends Written {
  readonly kind: 'list'
  readonly items: readonly Value[]
  readonly joint: ',' | 'or' | 'and'
  /** Whether it was written in braces: inside another list such a one is an item of its own. */
  readonly set: boolean
}

export interface Equation extends Written {
  readonly kind: 'equation'
  /** Name of the side that is a mere symbol (`x`, `f(x)`, `AB`, `(x,y)`): then the equation assigns a value to it. */
  readonly name: string | null
  readonly left: Node | null
  /** The value assigned, or the right side. */
  readonly right: Value
}

/** `a < b ≤ c`, or `a ≠ b`; at least two sides. */
export interface Relation extends Written {
  readonly kind: 'relation'
  readonly sides: readonly Node[]
  readonly operators: readonly ('<' | '>' | '≤' | '≥' | '≠')[]
}

/** A typed answer. */
export type Value =
  | Expression
  | List
  | Equation
  | Relation
  | (Written & {
      readonly kind: 'tuple'
      readonly open: string
      readonly close: string
      readonly items: readonly Value[]
    })
  | (Written & { readonly kind: 'union'; readonly pieces: readonly Value[] })
  | (Written & { readonly kind: 'matrix'; readonly rows: readonly (readonly Value[])[]; readonly determinant: boolean })
  | (Written & { readonly kind: 'ratio'; readonly parts: readonly Node[] })
  | (Written & { readonly kind: 'based'; readonly digits: string; readonly base: number })
  | (Written & { readonly kind: 'choice'; readonly letter: string; readonly content: Value | null })
  | (Written & { readonly kind: 'text' })

const kindNames: Readonly<Record<Value['kind'], string>> = {
  expression: 'a number or expression',
  list: 'a list',
  equation: 'an equation',
  relation: 'an inequality',
  tuple: 'a tuple or interval',
  union: 'a union',
  matrix: 'a matrix',
  ratio: 'a ratio',
  based: 'a number in a base',
  choice: 'a choice',
  text: 'text',
}

/** The kind of a value in words, with its size where it has one. */
export function kindOf(value: Value): string {
  if (value.kind === 'list') return value.items.length === 0 ? 'an empty set' : `a list of ${value.items.length} items`
  if (value.kind === 'matrix') return `a ${value.rows.length} × ${value.rows[0]?.length ?? 0} matrix`
  return kindNames[value.kind]
}
