import { integer } from '../rational.ts'
import { type FunctionName, functionNames, type Node } from './node.ts'
import { numeralValue } from './numeral.ts'
import type { Token } from './tokens.ts'

const depthLimit = 64

/** Why an expression was not read. */
class NotAnExpression extends Error {}

/** Reads tokens as one expression; null when they are none, or nested deeper than the limit. */
export function parseExpression(tokens: readonly Token[]): Node | null {
  if (tokens.length === 0) return null
  try {
    return new Parser(tokens).whole()
  } catch (error) {
    if (error instanceof NotAnExpression) return null
    throw error
  }
}

const functions = new Set<string>(
  functionNames.filter((name) => !['root', 'abs', 'floor', 'ceil', 'factorial', 'choose'].includes(name)),
)
const trigonometric = new Set(['sin', 'cos', 'tan', 'cot', 'sec', 'csc'])
const brackets: ReadonlyMap<string, string> = new Map([
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
  ['⌊', '⌋'],
  ['⌈', '⌉'],
])
const named: ReadonlyMap<string, string> = new Map([
  ['⌊', 'floor'],
  ['⌈', 'ceil'],
])

const symbolNode = (name: string): Node => {
  if (name === 'e' || name === 'i') return { kind: 'constant', name }
  return { kind: 'symbol', name }
}
const negated = (of: Node): Node => ({ kind: 'negate', of })
const call = (name: FunctionName, argument: Node, second?: Node): Node =>
  second ? { kind: 'call', name, argument, second } : { kind: 'call', name, argument }
const quotient = (top: Node, bottom: Node): Node => ({ kind: 'quotient', top, bottom })
const product = (factors: readonly Node[]): Node => (factors.length === 1 ? factors[0]! : { kind: 'product', factors })

class Parser {
  readonly #tokens: Token[]
  #at = 0
  #depth = 0
  /** Open absolute-value bars: inside them a bar closes. */
  #bars = 0
  /** Whether degrees are angles: inside an argument of sine and its kin. */
  #angles = false

  constructor(tokens: readonly Token[]) {
    this.#tokens = [...tokens]
  }

  whole(): Node {
    const node = this.#sum()
    if (this.#at < this.#tokens.length) throw new NotAnExpression()
    return node
  }

  get #next(): Token | undefined {
    return this.#tokens[this.#at]
  }

  #isMark(...texts: string[]): boolean {
    const next = this.#next
    return next?.type === 'mark' && texts.includes(next.text)
  }

  #isCommand(...texts: string[]): boolean {
    const next = this.#next
    return next?.type === 'command' && texts.includes(next.text)
  }

  #expectMark(text: string): void {
    if (!this.#isMark(text)) throw new NotAnExpression()
    this.#at++
  }

  /** Runs a reader one level deeper. */
  #nested<Result>(read: () => Result): Result {
    if (++this.#depth > depthLimit) throw new NotAnExpression()
    const result = read()
    this.#depth--
    return result
  }

  #sum(): Node {
    const terms = [this.#term()]
    while (this.#isMark('+', '-')) {
      const minus = this.#tokens[this.#at++]!.text === '-'
      const term = this.#term()
      terms.push(minus ? negated(term) : term)
    }
    return terms.length === 1 ? terms[0]! : { kind: 'sum', terms }
  }

  #sign(): boolean {
    let minus = false
    while (this.#isMark('+', '-')) minus = (this.#tokens[this.#at++]!.text === '-') !== minus
    return minus
  }

  #term(): Node {
    const minus = this.#sign()
    let left = this.#juxtaposed()
    for (;;) {
      if (this.#isMark('*')) {
        this.#at++
        left = product([left, this.#signed()])
      } else if (this.#isMark('/')) {
        this.#at++
        left = quotient(left, this.#signed(true))
      } else if (this.#startsFactor()) left = product([left, this.#juxtaposed()])
      else return minus ? negated(left) : left
    }
  }

  #signed(single = false): Node {
    const minus = this.#sign()
    const node = single ? this.#powered() : this.#juxtaposed()
    return minus ? negated(node) : node
  }

  /** Factors side by side; two numerals never are a product. */
  #juxtaposed(): Node {
    const factors = [this.#mixed() ?? this.#powered()]
    while (this.#startsFactor()) {
      if (this.#endsInNumeral() && this.#startsNumeral()) throw new NotAnExpression()
      factors.push(this.#powered())
    }
    return product(factors)
  }

  /** Whether the token just read ends a bare numeral, braces aside. */
  #endsInNumeral(): boolean {
    const last = this.#tokens[this.#at - 1]!
    if (last.type === 'number') return true
    const before = this.#tokens[this.#at - 3]
    const opener = this.#tokens[this.#at - 4]
    const grouped = last.text === '}' && this.#tokens[this.#at - 2]!.type === 'number' && before?.text === '{'
    return (
      grouped &&
      !(opener && (opener.type === 'command' || opener.text === '^' || opener.text === '}' || opener.text === ']'))
    )
  }

  #startsNumeral(): boolean {
    const next = this.#next
    return next?.type === 'number' || (next?.text === '{' && this.#tokens[this.#at + 1]?.type === 'number')
  }

  #startsFactor(): boolean {
    const next = this.#next
    if (!next) return false
    if (next.type === 'number' || next.type === 'symbol') return true
    if (next.type === 'command') return next.text !== 'over' && next.text !== 'choose'
    return next.type === 'mark' && (brackets.has(next.text) || (next.text === '|' && this.#bars === 0))
  }

  /** `2\frac12` and `2 1/2`: a whole number and a fraction of whole numbers, added. */
  #mixed(): Node | null {
    const [whole, second, ...rest] = this.#tokens.slice(this.#at, this.#at + 8)
    if (whole?.type !== 'number' || !/^\d+$/.test(whole.text) || !second) return null
    if (second.type === 'number' && second.spaced && rest[0]?.text === '/' && rest[1]?.type === 'number') {
      this.#at += 1
      const top = this.#numeral()
      this.#at += 1
      return { kind: 'sum', terms: [this.#numeralOf(whole), quotient(top, this.#numeral())] }
    }
    if (second.type !== 'command' || second.text !== 'frac') return null
    const start = this.#at
    this.#at += 1
    const fraction = this.#powered()
    const plain = fraction.kind === 'quotient' && fraction.top.kind === 'number' && fraction.bottom.kind === 'number'
    if (plain) return { kind: 'sum', terms: [this.#numeralOf(whole), fraction] }
    this.#at = start
    return null
  }

  /** A primary with what stands behind it: powers, factorials, degrees. */
  #powered(): Node {
    let node = this.#primary()
    for (;;) {
      if (this.#isMark('^')) {
        this.#at++
        node = { kind: 'power', base: node, exponent: this.#nested(() => this.#exponent()) }
      } else if (this.#isMark('!')) {
        this.#at++
        if (this.#isMark('!')) throw new NotAnExpression()
        node = call('factorial', node)
      } else if (this.#isMark('°')) {
        this.#at++
        if (this.#angles) node = product([node, quotient({ kind: 'constant', name: 'pi' }, this.#integer(180))])
      } else return node
    }
  }

  #exponent(): Node {
    const minus = this.#sign()
    const base = this.#isMark('{') ? this.#group() : this.#primary()
    if (!this.#isMark('^')) return minus ? negated(base) : base
    this.#at++
    const tower: Node = { kind: 'power', base, exponent: this.#nested(() => this.#exponent()) }
    return minus ? negated(tower) : tower
  }

  #integer(value: number): Node {
    return { kind: 'number', value: integer(value), literal: String(value) }
  }

  #numeral(): Node {
    return this.#numeralOf(this.#tokens[this.#at++]!)
  }

  #numeralOf({ text }: Token): Node {
    const value = numeralValue(text)
    if (!value) throw new NotAnExpression()
    return { kind: 'number', value, literal: text }
  }

  #primary(): Node {
    const next = this.#next
    if (!next) throw new NotAnExpression()
    if (next.type === 'number') return this.#numeral()
    if (next.type === 'symbol') {
      this.#at++
      return next.text === '\\pi' ? { kind: 'constant', name: 'pi' } : symbolNode(next.text)
    }
    if (next.type === 'command') return this.#command(next.text)
    if (next.text === '|') return this.#absolute()
    if (next.type === 'mark' && brackets.has(next.text)) return this.#group()
    throw new NotAnExpression()
  }

  #group(): Node {
    const open = this.#tokens[this.#at++]!.text
    const close = brackets.get(open)!
    const bars = this.#bars
    this.#bars = 0
    const inner = this.#nested(() => (open === '{' ? this.#braced() : this.#sum()))
    this.#bars = bars
    this.#expectMark(close)
    const name = named.get(open) as FunctionName | undefined
    return name ? call(name, inner) : inner
  }

  /** What stands in braces, `a \over b` and `n \choose k` included. */
  #braced(): Node {
    const left = this.#sum()
    if (!this.#isCommand('over', 'choose')) return left
    const over = this.#tokens[this.#at++]!.text === 'over'
    const right = this.#sum()
    return over ? quotient(left, right) : call('choose', left, right)
  }

  #absolute(): Node {
    this.#at++
    this.#bars++
    const inner = this.#nested(() => this.#sum())
    this.#bars--
    this.#expectMark('|')
    return call('abs', inner)
  }

  #command(name: string): Node {
    this.#at++
    if (name === 'infty') return { kind: 'constant', name: 'infinity' }
    if (name === 'pi') return { kind: 'constant', name: 'pi' }
    if (name === 'frac') return quotient(this.#argument(), this.#argument())
    if (name === 'binom') return call('choose', this.#argument(), this.#argument())
    if (name === 'sqrt') return this.#root()
    if (name === 'abs') return call('abs', this.#argument())
    if (name === 'lg') return quotient(this.#function('ln'), call('ln', this.#integer(10)))
    if (functions.has(name)) return this.#function(name as FunctionName)
    throw new NotAnExpression()
  }

  /** One argument as TeX reads it: a group, or a single digit, letter or command. */
  #argument(): Node {
    const next = this.#next
    if (!next) throw new NotAnExpression()
    if (next.type !== 'number') return this.#nested(() => this.#primary())
    if (next.text.length > 1) {
      const rest = { ...next, text: next.text.slice(1), spaced: false }
      this.#tokens.splice(this.#at, 1, { ...next, text: next.text[0]! }, rest)
    }
    return this.#numeral()
  }

  #root(): Node {
    const plain = this.#tokens[this.#at - 1]!.family === 'plain'
    if (plain && this.#next?.type === 'number') return call('sqrt', this.#numeral())
    if (!this.#isMark('[')) return call('sqrt', this.#argument())
    this.#at++
    const index = this.#sum()
    this.#expectMark(']')
    return call('root', this.#argument(), index)
  }

  /** `\sin^2 x`, `\log_2 8`, `\sin(x)^2`: the power of a function is of its value; `^{-1}` is the inverse. */
  #function(name: FunctionName): Node {
    let base: Node | null = null
    let exponent: Node | null = null
    for (;;) {
      if (this.#isMark('^') && !exponent) {
        this.#at++
        exponent = this.#nested(() => this.#exponent())
      } else if (this.#isMark('_') && !base && name === 'log') {
        this.#at++
        base = this.#argument()
      } else break
    }
    const inverse = isMinusOne(exponent) && functions.has(`arc${name}`)
    const applied = inverse ? (`arc${name}` as FunctionName) : name
    const value = this.#applied(applied, base)
    return exponent && !inverse ? { kind: 'power', base: value, exponent } : value
  }

  #applied(name: FunctionName, base: Node | null): Node {
    const angles = this.#angles
    this.#angles = trigonometric.has(name)
    const argument = this.#nested(() => this.#functionArgument())
    this.#angles = angles
    return base ? quotient(call('ln', argument), call('ln', base)) : call(name, argument)
  }

  /** A bracketed argument, or the factors up to the next operator or function. */
  #functionArgument(): Node {
    const open = this.#next
    if (open?.type === 'mark' && (open.text === '(' || open.text === '[')) return this.#group()
    const minus = this.#sign()
    const factors = [this.#mixed() ?? this.#powered()]
    while (this.#startsFactor() && !this.#startsFunction() && !this.#isMark('(', '[')) {
      if (this.#endsInNumeral() && this.#startsNumeral()) throw new NotAnExpression()
      factors.push(this.#powered())
    }
    return minus ? negated(product(factors)) : product(factors)
  }

  #startsFunction(): boolean {
    return this.#next?.type === 'command' && functions.has(this.#next.text) && this.#next.text !== 'sqrt'
  }
}

const isMinusOne = (node: Node | null): boolean =>
  node?.kind === 'negate' &&
  node.of.kind === 'number' &&
  node.of.value.numerator === 1n &&
  node.of.value.denominator === 1n
