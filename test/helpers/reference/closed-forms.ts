/** Composites as plain loops over numbers, from the formulas of their papers: the measure of their expansions. */
type Numbers = readonly number[]

function rowsOf(x: Numbers, width: number): Numbers[] {
  return Array.from({ length: x.length / width }, (_, row) => x.slice(row * width, (row + 1) * width))
}

const dot = (a: Numbers, b: Numbers): number => a.reduce((sum, x, place) => sum + x * b[place]!, 0)

/** x / sqrt(mean(x²) + eps) · weight per row. */
export function rmsNormOf(x: Numbers, weight: Numbers, eps: number): number[] {
  return rowsOf(x, weight.length).flatMap((row) => {
    const norm = Math.sqrt(dot(row, row) / row.length + eps)
    return row.map((value, place) => (value / norm) * weight[place]!)
  })
}

/** Each head's pair (i, i + half) turned by `angle(row, i)`. */
export function ropeOf(x: Numbers, headDim: number, heads: number, angle: (row: number, pair: number) => number) {
  const half = headDim / 2
  return rowsOf(x, headDim).flatMap((head, index) => {
    const angles = Array.from({ length: half }, (_, pair) => angle(Math.floor(index / heads), pair))
    const first = angles.map((a, pair) => head[pair]! * Math.cos(a) - head[pair + half]! * Math.sin(a))
    return [...first, ...angles.map((a, pair) => head[pair + half]! * Math.cos(a) + head[pair]! * Math.sin(a))]
  })
}

export interface HeadSizes {
  readonly batch: number
  readonly heads: number
  readonly keyValueHeads: number
  readonly headDim: number
}

/**
 * Attention over time-major rows, one query, sequence and head at a time. Query i stands at time `offset + i` and sees
 * the keys from its sequence's start up to its own time; a query before its start gives zeros.
 */
export function attentionOf(q: Numbers, k: Numbers, v: Numbers, sizes: HeadSizes, starts?: Numbers, offset = 0) {
  const { batch, heads, keyValueHeads, headDim } = sizes
  const keys = rowsOf(k, headDim)
  const values = rowsOf(v, headDim)
  return rowsOf(q, headDim).flatMap((query, index) => {
    const head = index % heads
    const sequence = Math.floor(index / heads) % batch
    const time = offset + Math.floor(index / heads / batch)
    const shared = Math.floor((head * keyValueHeads) / heads)
    const first = starts?.[sequence] ?? 0
    const seen = Array.from({ length: Math.max(0, time + 1 - first) }, (_, place) => first + place)
    const at = (key: number) => (key * batch + sequence) * keyValueHeads + shared
    const weights = seen.map((key) => Math.exp(dot(query, keys[at(key)]!) / Math.sqrt(headDim)))
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    return query.map((_, d) => seen.reduce((sum, key, i) => sum + (weights[i]! / total) * values[at(key)]![d]!, 0))
  })
}

/** The rows of log softmax(hidden · weightᵀ / temperature). */
function logRowsOf(hidden: Numbers, weight: Numbers, width: number, temperature: number): number[][] {
  return rowsOf(hidden, width).map((row) => {
    const logits = rowsOf(weight, width).map((column) => dot(row, column) / temperature)
    const total = Math.log(logits.reduce((sum, z) => sum + Math.exp(z), 0))
    return logits.map((z) => z - total)
  })
}

/** Log-probability of each target and entropy of each row of softmax(hidden · weightᵀ / temperature). */
export function tokenStatsOf(hidden: Numbers, weight: Numbers, targets: Numbers, width: number, temperature: number) {
  const logs = logRowsOf(hidden, weight, width, temperature)
  return {
    logprobs: logs.map((row, token) => row[targets[token]!]!),
    entropies: logs.map((row) => -row.reduce((sum, l) => sum + Math.exp(l) * l, 0)),
  }
}

/** Σ p² (log p + H) and Σ p³ (log p + H) of each row p of softmax(hidden · weightᵀ / temperature) with entropy H. */
export function tokenMomentsOf(hidden: Numbers, weight: Numbers, width: number, temperature: number) {
  const moments = (power: number) =>
    rowsOf(hidden, width).map((row) => {
      const powers = rowsOf(weight, width).map((column) => Math.exp(dot(row, column) / temperature))
      const total = powers.reduce((sum, x) => sum + x, 0)
      const p = powers.map((x) => x / total)
      const entropy = -p.reduce((sum, x) => sum + x * Math.log(x), 0)
      return p.reduce((sum, x) => sum + x ** power * (Math.log(x) + entropy), 0)
    })
  return { squares: moments(2), cubes: moments(3) }
}

/** The largest entries of log softmax(hidden · weightᵀ / temperature) of each row, falling, and their indices. */
export function tokenTopOf(hidden: Numbers, weight: Numbers, width: number, temperature: number, count: number) {
  const ranked = logRowsOf(hidden, weight, width, temperature).flatMap((row) => {
    const entries = row.map((logprob, id) => ({ logprob, id }))
    return entries.sort((a, b) => b.logprob - a.logprob).slice(0, count)
  })
  return { logprobs: ranked.map(({ logprob }) => logprob), ids: ranked.map(({ id }) => id) }
}

/** Σ p (log p − log q) of each pair of rows p, q of softmax(hidden · weightᵀ / temperature) of two policies. */
export function tokenKlOf(
  policy: { hidden: Numbers; weight: Numbers },
  reference: { hidden: Numbers; weight: Numbers },
  width: number,
  temperature: number,
) {
  const logsOf = ({ hidden, weight }: { hidden: Numbers; weight: Numbers }) =>
    logRowsOf(hidden, weight, width, temperature)
  const other = logsOf(reference)
  return logsOf(policy).map((row, token) =>
    row.reduce((sum, l, place) => sum + Math.exp(l) * (l - other[token]![place]!), 0),
  )
}

export interface AdamwSettings {
  readonly learningRate: number
  readonly betas: readonly [number, number]
  readonly eps: number
  readonly weightDecay: number
}

/** One AdamW step of one number in PyTorch's order; `step` counts from 1. */
export function adamwOf(
  { parameter, first, second }: { parameter: number; first: number; second: number },
  gradient: number,
  { learningRate, betas, eps, weightDecay }: AdamwSettings,
  step: number,
) {
  const nextFirst = betas[0] * first + (1 - betas[0]) * gradient
  const nextSecond = betas[1] * second + (1 - betas[1]) * gradient ** 2
  const mean = nextFirst / (1 - betas[0] ** step)
  const deviation = Math.sqrt(nextSecond / (1 - betas[1] ** step))
  const decayed = parameter * (1 - learningRate * weightDecay)
  return { parameter: decayed - (learningRate * mean) / (deviation + eps), first: nextFirst, second: nextSecond }
}
