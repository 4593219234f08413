/** Keys and values of prompts in one place for all rows that begin with them. */
import type { Executor, Tensor } from '../engine/executor.ts'
import type { ModelConfig } from './config.ts'
import type { Row } from './generation-rows.ts'
import type { Prefilled } from './prefill.ts'
import { cacheNames, promptGroup } from './sampling-programs.ts'

export class SharedPrompts {
  readonly #executor: Executor
  readonly #names: readonly string[]
  /** Lengths of the prompts, in the order of the caches' entries. */
  #lengths: number[] = []
  /** Of each row its prompt's place among the entries. */
  #entries = new Map<Row, number>()

  constructor(executor: Executor, config: ModelConfig) {
    this.#executor = executor
    this.#names = cacheNames(config, promptGroup)
  }

  /** Keeps the prompts of `staying` rows and adds those of `joining`, which `prefilled` holds. */
  renew(staying: readonly Row[], joining: readonly Row[], prefilled: Prefilled | undefined): void {
    const kept = [...new Set(staying.map((row) => this.#entries.get(row)!))].sort((a, b) => a - b)
    if (!prefilled && kept.length === this.#lengths.length) return
    const passes = prefilled?.passes ?? []
    const places = passes.flatMap(({ places: own }, index) => {
      const before = passes.slice(0, index).reduce((sum, { prompts }) => sum + prompts.length, kept.length)
      return own.map((place) => before + place)
    })
    const lengths = passes.flatMap(({ prompts }) => prompts.map(({ length }) => length))
    const next = new Map(staying.map((row) => [row, kept.indexOf(this.#entries.get(row)!)]))
    for (const [index, row] of joining.entries()) next.set(row, places[index]!)
    this.#lengths = [...kept.map((entry) => this.#lengths[entry]!), ...lengths]
    this.#entries = next
    this.#gather(kept, prefilled)
  }

  #gather(kept: readonly number[], prefilled: Prefilled | undefined): void {
    const rows = Math.max(...this.#lengths)
    for (const name of this.#names) {
      const staying = kept.length > 0 ? [{ from: name, entries: Int32Array.from(kept) }] : []
      const added = (prefilled?.passes ?? []).map(({ group, prompts }) => ({
        from: name.replace(promptGroup, group),
        entries: Int32Array.from(prompts.keys()),
      }))
      this.#executor.gatherCache(name, [...staying, ...added], { rows, capacity: rows })
    }
  }

  /** Each row's prompt and its length. */
  inputs(rows: readonly Row[]): Record<string, Tensor> {
    const entries = Int32Array.from(rows, (row) => this.#entries.get(row)!)
    const shape = [rows.length]
    return {
      prompts: { shape, data: entries },
      promptLengths: { shape, data: entries.map((entry) => this.#lengths[entry]!) },
    }
  }

  drop(): void {
    for (const name of this.#names) this.#executor.dropState(name)
  }
}
