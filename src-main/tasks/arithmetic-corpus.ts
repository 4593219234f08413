import { randomStream, uniform } from '../util/rng.ts'
import { drawExpression, pickLevel, promptOf, splitOf } from './arithmetic.ts'
import { workedSolution } from './arithmetic-solution.ts'

export interface CorpusOptions {
  readonly seed: number
  /** Number of worked solutions. */
  readonly count: number
  /** Relative frequency of each difficulty level, easiest first. */
  readonly levelShares: readonly number[]
  /** Probability that a carry or borrow is forgotten. */
  readonly forgetShare: number
  /** Probability that a column's value is one too high. */
  readonly slipShare?: number
}

export interface WorkedExample {
  readonly prompt: string
  readonly response: string
}

/** Counters of one example's uniforms, apart from those that `drawExpression` takes. */
const counter = { level: 64, forget: 128, slip: 192 } as const
const mostColumns = 8

/**
 * Worked solutions that now and then forget a carry or slip by one, a pure function of the options. Held-out problems
 * never occur; training problems may repeat, each time with lapses of its own.
 */
export function arithmeticCorpus(options: CorpusOptions): WorkedExample[] {
  const { seed, count, levelShares, forgetShare, slipShare = 0 } = options
  const examples: WorkedExample[] = []
  for (let draw = 0; examples.length < count; draw++) {
    const chance = (at: number): number => uniform(seed, randomStream.data, draw, at)
    const expression = drawExpression(seed, draw, pickLevel(chance(counter.level), levelShares))
    const prompt = promptOf(expression)
    if (splitOf(prompt) !== 'train') continue
    const place = (operation: number, column: number): number => operation * mostColumns + column
    const response = workedSolution(expression, {
      forgets: (operation, column) => chance(counter.forget + place(operation, column)) < forgetShare,
      slips: (operation, column) => chance(counter.slip + place(operation, column)) < slipShare,
    })
    examples.push({ prompt, response })
  }
  return examples
}
