import { concatenate } from '../util/concatenate.ts'
import { quantile } from './classify.ts'
import type { MetricPart } from './methods/method.ts'

interface Gathered {
  readonly quantile: number
  readonly parts: Float64Array[]
}

/**
 * Metrics merged over micro-batches and updates: sums and weights add up to a weighted mean, of extremes the furthest
 * stays, values are gathered for their quantile. A weight of 0 keeps a plain sum.
 */
export class MetricSums {
  readonly #sums = new Map<string, { sum: number; weight: number }>()
  readonly #extremes = new Map<string, number>()
  readonly #values = new Map<string, Gathered>()

  add(name: string, sum: number, weight: number): void {
    const entry = this.#sums.get(name) ?? { sum: 0, weight: 0 }
    this.#sums.set(name, { sum: entry.sum + sum, weight: entry.weight + weight })
  }

  merge(metrics: Readonly<Record<string, MetricPart>>): void {
    for (const [name, part] of Object.entries(metrics)) {
      const known = this.#extremes.get(name)
      if ('max' in part) this.#extremes.set(name, Math.max(part.max, known ?? part.max))
      else if ('min' in part) this.#extremes.set(name, Math.min(part.min, known ?? part.min))
      else if ('values' in part) this.#gather(name, part)
      else this.add(name, part.sum, part.weight)
    }
  }

  #gather(name: string, { values, quantile }: { values: Float64Array; quantile: number }): void {
    const gathered = this.#values.get(name) ?? { quantile, parts: [] }
    gathered.parts.push(values)
    this.#values.set(name, gathered)
  }

  means(): Record<string, number> {
    const means = [...this.#sums].map(([name, { sum, weight }]) => [name, weight === 0 ? sum : sum / weight] as const)
    const quantiles = [...this.#values].map(
      ([name, { quantile: share, parts }]) => [name, quantile(concatenate(Float64Array, parts), share)] as const,
    )
    return Object.fromEntries([...means, ...this.#extremes, ...quantiles])
  }
}
