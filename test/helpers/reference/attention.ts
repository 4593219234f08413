/** Causal grouped attention and its gradients in float64, one query and head at a time, over rows placed as kernels place them. */

export interface ReferenceSizes {
  readonly heads: number
  readonly keyValueHeads: number
  readonly headDim: number
  /** Row of token `time` of each sequence, and how many tokens it has. */
  readonly sequences: readonly {
    readonly row: (time: number) => number
    readonly length: number
    readonly start: number
  }[]
}

export interface Operands {
  readonly q: readonly number[]
  readonly k: readonly number[]
  readonly v: readonly number[]
}

export interface AttentionGradients {
  readonly out: number[]
  readonly dq: number[]
  readonly dk: number[]
  readonly dv: number[]
}

/** Result, and gradients of q, k and v for the cotangent g; zeros in rows that no query with a key holds. */
export function attentionWithGradients(
  { q, k, v }: Operands,
  g: readonly number[],
  sizes: ReferenceSizes,
): AttentionGradients {
  const { heads, keyValueHeads, headDim, sequences } = sizes
  const zeros = (like: readonly number[]) => new Array<number>(like.length).fill(0)
  const result = { out: zeros(q), dq: zeros(q), dk: zeros(k), dv: zeros(k) }
  const dims = Array.from({ length: headDim }, (_, d) => d)
  const dot = (a: readonly number[], from: number, b: readonly number[], to: number) =>
    dims.reduce((sum, d) => sum + a[from + d]! * b[to + d]!, 0)
  const scale = 1 / Math.sqrt(headDim)
  for (const { row, length, start } of sequences)
    for (let head = 0; head < heads; head++)
      for (let query = start; query < length; query++) {
        const own = (row(query) * heads + head) * headDim
        const keys = Array.from({ length: query + 1 - start }, (_, index) => {
          const keyHead = Math.floor((head * keyValueHeads) / heads)
          return (row(start + index) * keyValueHeads + keyHead) * headDim
        })
        const scores = keys.map((key) => dot(q, own, k, key) * scale)
        const highest = Math.max(...scores)
        const weights = scores.map((score) => Math.exp(score - highest))
        const total = weights.reduce((sum, weight) => sum + weight, 0)
        const p = weights.map((weight) => weight / total)
        const slopes = keys.map((key) => dot(g, own, v, key))
        const product = slopes.reduce((sum, slope, place) => sum + slope * p[place]!, 0)
        for (const [place, key] of keys.entries()) {
          const slope = p[place]! * (slopes[place]! - product) * scale
          for (const d of dims) {
            result.out[own + d]! += p[place]! * v[key + d]!
            result.dq[own + d]! += slope * k[key + d]!
            result.dk[key + d]! += slope * q[own + d]!
            result.dv[key + d]! += p[place]! * g[own + d]!
          }
        }
      }
  return result
}
