import { permutation } from '../util/rng.ts'

/**
 * The order in which problems are drawn: a fresh permutation per epoch, a pure function of (seed, cursor).
 * The cursor counts problems drawn since the start of the run; it is all the state there is.
 */
export class ProblemSampler<Problem> {
  readonly #problems: readonly Problem[]
  readonly #seed: number
  #epoch = -1
  #order: Int32Array = new Int32Array(0)
  cursor: number

  constructor(problems: readonly Problem[], seed: number, cursor = 0) {
    this.#problems = problems
    this.#seed = seed
    this.cursor = cursor
  }

  /** The next `count` problems; moves the cursor. */
  draw(count: number): Problem[] {
    return Array.from({ length: count }, () => this.#at(this.cursor++))
  }

  #at(position: number): Problem {
    const epoch = Math.floor(position / this.#problems.length)
    if (epoch !== this.#epoch) {
      this.#epoch = epoch
      this.#order = permutation(this.#problems.length, this.#seed, epoch)
    }
    return this.#problems[this.#order[position % this.#problems.length]!]!
  }
}
