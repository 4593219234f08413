import type { MetricPart } from './methods/method.ts'

/**
 * Metrics merged over micro-batches and updates: sums and weights add up to a weighted mean, of maxima the largest
 * stays. A weight of 0 keeps a plain sum.
 */
export class MetricSums {
  readonly #sums = new Map<string, { sum: number; weight: number }>()
  readonly #maxima = new Map<string, number>()

  add(name: string, sum: number, weight: number): void {
    const entry = this.#sums.get(name) ?? { sum: 0, weight: 0 }
    this.#sums.set(name, { sum: entry.sum + sum, weight: entry.weight + weight })
  }

  merge(metrics: Readonly<Record<string, MetricPart>>): void {
    for (const [name, part] of Object.entries(metrics)) {
      if ('max' in part) this.#maxima.set(name, Math.max(part.max, this.#maxima.get(name) ?? part.max))
      else this.add(name, part.sum, part.weight)
    }
  }

  means(): Record<string, number> {
    const means = [...this.#sums].map(([name, { sum, weight }]) => [name, weight === 0 ? sum : sum / weight] as const)
    return Object.fromEntries([...means, ...this.#maxima])
  }
}
