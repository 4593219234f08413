import { randomStream, uniform, uniformInteger } from '../util/rng.ts'

/** A sum of terms from left to right: `operators[i]` stands before `terms[i + 1]`; no partial result is negative. */
export interface ArithmeticExpression {
  readonly terms: readonly number[]
  readonly operators: readonly ('+' | '-')[]
}

export interface ArithmeticProblem {
  readonly id: string
  readonly prompt: string
  readonly answer: string
  /** 1 (easiest) … 4. */
  readonly difficulty: number
  readonly expression: ArithmeticExpression
}

export type ArithmeticSplit = 'train' | 'heldout'

/** The difficulty dial: digits of each term. A level is harder by more columns to carry over or more operations. */
export const arithmeticLevels: readonly (readonly number[])[] = [
  [2, 2],
  [3, 3],
  [2, 2, 2],
  [3, 2, 2],
]

/** Share of each level in the built-in problem sets. */
export const defaultLevelShares: readonly number[] = [0.45, 0.15, 0.3, 0.1]

/** One problem in eight is held out: its text alone decides, so no generator call can mix the splits. */
const heldOutOneIn = 8

export interface ArithmeticOptions {
  readonly seed: number
  readonly split: ArithmeticSplit
  readonly count: number
  /** Relative frequency of each level, easiest first. */
  readonly levelShares?: readonly number[]
}

/**
 * `count` different problems of a split, a pure function of the options. The prompt is `47+85-36=?` and a newline.
 * Levels with few problems (level 1 has about 12,000 in both splits) bound how large `count` can be.
 */
export function generateArithmetic(options: ArithmeticOptions): ArithmeticProblem[] {
  const { seed, split, count, levelShares = defaultLevelShares } = options
  const problems = new Map<string, ArithmeticProblem>()
  const most = 60 * count + 1000
  for (let draw = 0; problems.size < count; draw++) {
    if (draw > most)
      throw new Error(`The arithmetic levels hold fewer than ${count} different problems; ask for fewer.`)
    const expression = drawExpression(seed, draw, pickLevel(uniform(seed, randomStream.data, draw, 0), levelShares))
    const prompt = promptOf(expression)
    if (splitOf(prompt) !== split || problems.has(prompt)) continue
    problems.set(prompt, {
      id: `${split}-${String(problems.size).padStart(5, '0')}`,
      prompt,
      answer: String(partialResults(expression).at(-1)),
      difficulty: levelOf(expression),
      expression,
    })
  }
  return [...problems.values()]
}

/** Index of the level whose cumulated share covers `value` in [0, 1). */
export function pickLevel(value: number, shares: readonly number[]): number {
  let rest = value * shares.reduce((sum, share) => sum + share, 0)
  const level = shares.findIndex((share) => {
    rest -= share
    return rest < 0
  })
  return level < 0 ? shares.length - 1 : level
}

/** One expression of a level, a pure function of (seed, index); an operator that would go below zero becomes a plus. */
export function drawExpression(seed: number, index: number, level: number): ArithmeticExpression {
  const digits = arithmeticLevels[level]
  if (!digits) throw new Error(`There is no arithmetic level ${level + 1}; levels are 1 to ${arithmeticLevels.length}.`)
  const terms = digits.map((count, position) => {
    const lowest = 10 ** (count - 1)
    return lowest + uniformInteger(9 * lowest, seed, randomStream.data, index, 1 + position)
  })
  let total = terms[0]!
  const operators = terms.slice(1).map((term, position): '+' | '-' => {
    const minus = term <= total && uniform(seed, randomStream.data, index, 16 + position) < 0.5
    total += minus ? -term : term
    return minus ? '-' : '+'
  })
  return { terms, operators }
}

function levelOf({ terms }: ArithmeticExpression): number {
  const digits = terms.map((term) => String(term).length)
  return 1 + arithmeticLevels.findIndex((level) => level.join() === digits.join())
}

/** The running total after each operation. */
export function partialResults({ terms, operators }: ArithmeticExpression): number[] {
  let total = terms[0]!
  return operators.map((operator, position) => {
    total += operator === '+' ? terms[position + 1]! : -terms[position + 1]!
    return total
  })
}

export function promptOf({ terms, operators }: ArithmeticExpression): string {
  return `${terms[0]}${operators.map((operator, position) => `${operator}${terms[position + 1]}`).join('')}=?\n`
}

/** The split a prompt belongs to, by a 32-bit FNV-1a hash of its text. */
export function splitOf(prompt: string): ArithmeticSplit {
  let hash = 0x811c9dc5
  for (let index = 0; index < prompt.length; index++)
    hash = Math.imul(hash ^ prompt.charCodeAt(index), 0x01000193) >>> 0
  return (hash >>> 8) % heldOutOneIn === 0 ? 'heldout' : 'train'
}
