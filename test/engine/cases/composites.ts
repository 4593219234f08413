/** Closed forms of the composites, written as plain loops in float64. */
import { apply, part } from '../../../src-main/engine/graph.ts'
import { attention, attentionGradOp, cachedAttention } from '../../../src-main/engine/ops/attention.ts'
import { rmsNorm, rmsNormGradOp, rope, swiglu, swigluGradOp } from '../../../src-main/engine/ops/network.ts'
import { adamwOp } from '../../../src-main/engine/ops/optimizer.ts'
import { reshape, slice } from '../../../src-main/engine/ops/structure.ts'
import { tokenStats, tokenStatsGradOp } from '../../../src-main/engine/ops/token-stats.ts'
import { indices, type OpCase, type Operand, operand } from '../harness.ts'

const rowsOf = (x: readonly number[], width: number): number[][] =>
  Array.from({ length: x.length / width }, (_, row) => x.slice(row * width, (row + 1) * width))
const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0)

function rmsNormOf(x: readonly number[], weight: readonly number[], eps: number): number[] {
  return rowsOf(x, weight.length).flatMap((row) => {
    const inverse = 1 / Math.sqrt(dot(row, row) / row.length + eps)
    return row.map((value, i) => value * inverse * weight[i]!)
  })
}

interface Sizes {
  time: number
  batch: number
  heads: number
  keyValueHeads: number
  headDim: number
}

/** Naive causal attention: one query, head and sequence at a time; keys before `starts` are hidden. */
function attentionOf(
  q: readonly number[],
  k: readonly number[],
  v: readonly number[],
  sizes: Sizes,
  starts?: readonly number[],
) {
  const { time, batch, heads, keyValueHeads, headDim } = sizes
  const at = (x: readonly number[], t: number, b: number, head: number, count: number) =>
    x.slice(((t * batch + b) * count + head) * headDim, ((t * batch + b) * count + head + 1) * headDim)
  const out: number[] = []
  for (let t = 0; t < time; t++)
    for (let b = 0; b < batch; b++)
      for (let head = 0; head < heads; head++) {
        const shared = Math.floor(head / (heads / keyValueHeads))
        const first = starts?.[b] ?? 0
        const times = Array.from({ length: Math.max(0, t + 1 - first) }, (_, i) => first + i)
        const scores = times.map(
          (s) => dot(at(q, t, b, head, heads), at(k, s, b, shared, keyValueHeads)) / Math.sqrt(headDim),
        )
        const total = scores.reduce((sum, x) => sum + Math.exp(x), 0)
        for (let d = 0; d < headDim; d++)
          out.push(
            times.reduce(
              (sum, s, i) => sum + (Math.exp(scores[i]!) / total) * at(v, s, b, shared, keyValueHeads)[d]!,
              0,
            ),
          )
      }
  return out
}

const attentionCase = (what: string, sizes: Sizes, blocks: number, symbolic = false): OpCase => {
  const rows = sizes.time * sizes.batch
  const declared = (width: number): Partial<Operand> =>
    symbolic ? { declared: [blocks, 'block', 'batch', width] } : {}
  const shape = (heads: number) => {
    const width = heads * sizes.headDim
    return symbolic ? [blocks, sizes.time / blocks, sizes.batch, width] : [rows, width]
  }
  const make = (heads: number): Operand => ({ ...operand(shape(heads)), ...declared(heads * sizes.headDim) })
  return {
    op: 'attention',
    what,
    operands: [make(sizes.heads), make(sizes.keyValueHeads), make(sizes.keyValueHeads)],
    build: (q, k, v) => {
      if (!symbolic) return attention(q!, k!, v!, { ...sizes, blocks })
      const flat = [q!, k!, v!].map((x) => reshape(x, [`${blocks}*batch*block`, x.shape[3]!]))
      const [fq, fk, fv] = flat as [typeof q, typeof k, typeof v]
      return attention(fq!, fk!, fv!, { ...sizes, time: `${blocks}*block`, batch: 'batch', blocks })
    },
    expected: (q, k, v) => [attentionOf(q!, k!, v!, sizes)],
  }
}

const small: Sizes = { time: 4, batch: 2, heads: 2, keyValueHeads: 1, headDim: 2 }
const cacheSizes = { ...small, time: 3 }

const attentionCases: OpCase[] = [
  attentionCase('grouped heads', small, 1),
  attentionCase('grouped heads in two blocks', small, 2),
  attentionCase('four heads on two, four blocks, symbolic', { ...small, time: 8, heads: 4, keyValueHeads: 2 }, 4, true),
  attentionCase('one token', { ...small, time: 1 }, 1),
  {
    op: 'attention',
    what: 'left padding',
    operands: [operand([8, 4]), operand([8, 2]), operand([8, 2]), indices([2], [0, 2])],
    // Rows before a start are noise: only the real ones are compared.
    build: (q, k, v, starts) => slice(attention(q!, k!, v!, { ...small, blocks: 1 }, starts!), 0, 4, 8),
    expected: (q, k, v, starts) => [attentionOf(q!, k!, v!, small, starts!).slice(16)],
  },
  {
    op: 'cachedAttention',
    constant: true,
    what: 'three past tokens, left padding',
    operands: [
      operand([2, 4]),
      operand([2, 2]),
      operand([2, 2]),
      { ...operand([3, 2, 2]), declared: ['past', 2, 2] },
      { ...operand([3, 2, 2]), declared: ['past', 2, 2] },
      indices([2], [0, 2]),
    ],
    build: (q, k, v, pastK, pastV, starts) =>
      cachedAttention(q!, k!, v!, pastK!, pastV!, { ...cacheSizes, time: 'past', blocks: 1 }, starts!),
    expected: (q, k, v, pastK, pastV, starts) => {
      const queries = [...Array.from({ length: 24 }, () => 0), ...q!]
      return [attentionOf(queries, [...pastK!, ...k!], [...pastV!, ...v!], small, starts!).slice(24)]
    },
  },
]

const networkCases: OpCase[] = [
  {
    op: 'rmsNorm',
    operands: [operand([3, 4]), operand([4])],
    build: (x, weight) => rmsNorm(x!, weight!, 1e-3),
    expected: (x, weight) => [rmsNormOf(x!, weight!, 1e-3)],
  },
  {
    op: 'rmsNorm',
    what: 'no rows',
    operands: [operand([0, 4]), { ...operand([4]), differentiable: false }],
    constant: true,
    build: (x, weight) => rmsNorm(x!, weight!, 1e-3),
    expected: () => [[]],
  },
  {
    op: 'swiglu',
    operands: [operand([2, 3], -3, 3), operand([2, 3])],
    build: (gate, up) => swiglu(gate!, up!),
    expected: (gate, up) => [gate!.map((x, i) => (x / (1 + Math.exp(-x))) * up![i]!)],
  },
  {
    op: 'rope',
    what: 'two heads, positions out of order',
    operands: [
      operand([3, 8]),
      indices([3], [2, 0, 1]),
      {
        ...operand([5, 2]),
        data: [0, 1, 2, 3, 4].flatMap((p) => [Math.cos(p), Math.cos(p / 10)]),
        differentiable: false,
      },
      {
        ...operand([5, 2]),
        data: [0, 1, 2, 3, 4].flatMap((p) => [Math.sin(p), Math.sin(p / 10)]),
        differentiable: false,
      },
    ],
    build: (x, positions, cos, sin) => rope(x!, positions!, cos!, sin!, 2),
    expected: (x, positions) => [
      rowsOf(x!, 4).flatMap((head, i) => {
        const p = positions![Math.floor(i / 2)]!
        const angles = [p, p / 10]
        const turned = [0, 1].map((j) => head[j]! * Math.cos(angles[j]!) - head[j + 2]! * Math.sin(angles[j]!))
        return [...turned, ...[0, 1].map((j) => head[j + 2]! * Math.cos(angles[j]!) + head[j]! * Math.sin(angles[j]!))]
      }),
    ],
  },
]

/** Log-probability and entropy of each target in float64. */
function tokenStatsOf(
  hidden: readonly number[],
  weight: readonly number[],
  targets: readonly number[],
  temperature: number,
) {
  const width = 3
  const rows = rowsOf(hidden, width).map((row) => rowsOf(weight, width).map((column) => dot(row, column) / temperature))
  const logs = rows.map((row) => {
    const total = Math.log(row.reduce((sum, z) => sum + Math.exp(z), 0))
    return row.map((z) => z - total)
  })
  return [logs.map((row, i) => row[targets[i]!]!), logs.map((row) => -row.reduce((sum, l) => sum + Math.exp(l) * l, 0))]
}

const tokenCases: OpCase[] = [1, 2, 3].map((chunks) => ({
  op: 'tokenStats',
  what: `${chunks} chunks of 5 tokens`,
  operands: [
    operand([5, 3], -2, 2),
    operand([4, 3]),
    indices([5], [0, 3, 3, 1, 2]),
    { shape: [], data: [0.7], differentiable: false },
  ],
  build: (hidden, weight, targets, temperature) => {
    const { logprobs, entropies } = tokenStats(hidden!, weight!, targets!, temperature!, chunks)
    return [logprobs, entropies]
  },
  expected: (hidden, weight, targets, temperature) => tokenStatsOf(hidden!, weight!, targets!, temperature![0]!),
}))

const logprobsOnly: OpCase = {
  ...tokenCases[1]!,
  what: 'log-probabilities alone',
  build: (hidden, weight, targets, temperature) => tokenStats(hidden!, weight!, targets!, temperature!, 2).logprobs,
  expected: (hidden, weight, targets, temperature) => [tokenStatsOf(hidden!, weight!, targets!, temperature![0]!)[0]!],
}

const adamwCase: OpCase = {
  op: 'adamw',
  constant: true,
  operands: [
    operand([3]),
    operand([3]),
    operand([3]),
    operand([3], 0.1, 1),
    ...[0.01, 0.9, 0.99, 1e-6, 0.1, 1 - 0.9 ** 3, 1 - 0.99 ** 3, 0.5].map((x) => ({ shape: [], data: [x] })),
  ],
  build: (...inputs) => {
    const all = apply(adamwOp, inputs)
    return [part(all, 0), part(all, 1), part(all, 2)]
  },
  expected: (p, g, m, v) => {
    const first = m!.map((x, i) => 0.9 * x + 0.1 * (g![i]! * 0.5))
    const second = v!.map((x, i) => 0.99 * x + 0.01 * (g![i]! * 0.5) ** 2)
    const next = p!.map((x, i) => {
      const hat = first[i]! / (1 - 0.9 ** 3)
      return x * (1 - 0.01 * 0.1) - (0.01 * hat) / (Math.sqrt(second[i]! / (1 - 0.99 ** 3)) + 1e-6)
    })
    return [next, first, second]
  },
}

export const compositeCases: readonly OpCase[] = [
  ...attentionCases,
  ...networkCases,
  ...tokenCases,
  logprobsOnly,
  adamwCase,
]

/** Ops that only appear in the backward of another op, whose gradient test covers them. */
export const gradientOps: readonly string[] = [attentionGradOp, rmsNormGradOp, swigluGradOp, tokenStatsGradOp].map(
  ({ name }) => name,
)
