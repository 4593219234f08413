/** Weighted means that merge over micro-batches and updates: sums and weights add up. A weight of 0 keeps a plain sum. */
export class MetricSums {
  readonly #entries = new Map<string, { sum: number; weight: number }>()

  add(name: string, sum: number, weight: number): void {
    const entry = this.#entries.get(name) ?? { sum: 0, weight: 0 }
    this.#entries.set(name, { sum: entry.sum + sum, weight: entry.weight + weight })
  }

  merge(metrics: Readonly<Record<string, { readonly sum: number; readonly weight: number }>>): void {
    for (const [name, { sum, weight }] of Object.entries(metrics)) this.add(name, sum, weight)
  }

  means(): Record<string, number> {
    return Object.fromEntries(
      [...this.#entries].map(([name, { sum, weight }]) => [name, weight === 0 ? sum : sum / weight]),
    )
  }
}
