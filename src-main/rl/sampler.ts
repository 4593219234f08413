import { permutation } from '../util/rng.ts'

/** Where a sampler is: all the state there is. */
export interface SamplerPosition {
  readonly stage: number
  /** Problems drawn since the start of the stage. */
  readonly cursor: number
}

/** Keeps the permutations of different stages apart: a stage has fewer epochs than this. */
const epochsPerStage = 0x100000

/**
 * The order in which problems are drawn: stages one after another, in each a fresh permutation per epoch, a pure function
 * of (seed, stage, cursor).
 */
export class ProblemSampler<Problem> {
  readonly #stages: readonly (readonly Problem[])[]
  readonly #seed: number
  #permuted = -1
  #order: Int32Array = new Int32Array(0)
  stage: number
  cursor: number

  constructor(stages: readonly (readonly Problem[])[], seed: number, position: SamplerPosition) {
    this.#stages = stages
    this.#seed = seed
    this.stage = position.stage
    this.cursor = position.cursor
  }

  get stages(): number {
    return this.#stages.length
  }

  /** Whole passes over the problems of the stage so far. */
  get epochs(): number {
    return Math.floor(this.cursor / this.#problems.length)
  }

  get #problems(): readonly Problem[] {
    return this.#stages[this.stage]!
  }

  enterNextStage(): void {
    this.stage++
    this.cursor = 0
  }

  /** The next `count` problems; moves the cursor. */
  draw(count: number): Problem[] {
    return Array.from({ length: count }, () => this.#at(this.cursor++))
  }

  #at(position: number): Problem {
    const problems = this.#problems
    const epoch = this.stage * epochsPerStage + Math.floor(position / problems.length)
    if (epoch !== this.#permuted) {
      this.#permuted = epoch
      this.#order = permutation(problems.length, this.#seed, epoch)
    }
    return problems[this.#order[position % problems.length]!]!
  }
}
