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
}

export interface WorkedExample {
  readonly prompt: string
  readonly response: string
}

/** Counters of one example's uniforms, apart from those that `drawExpression` takes. */
const counter = { level: 64, forget: 128 } as const
const mostColumns = 8

/**
 * Worked solutions that now and then forget a carry, a pure function of the options. Held-out problems never occur; training
 * problems may repeat, each time with lapses of its own.
 */
export function arithmeticCorpus(options: CorpusOptions): WorkedExample[] {
  const { seed, count, levelShares, forgetShare } = options
  const examples: WorkedExample[] = []
  for (let draw = 0; examples.length < count; draw++) {
    const chance = (at: number): number => uniform(seed, randomStream.data, draw, at)
    const expression = drawExpression(seed, draw, pickLevel(chance(counter.level), levelShares))
    const prompt = promptOf(expression)
    if (splitOf(prompt) !== 'train') continue
    const response = workedSolution(
      expression,
      (operation, column) => chance(counter.forget + operation * mostColumns + column) < forgetShare,
    )
    examples.push({ prompt, response })
  }
  return examples
}
