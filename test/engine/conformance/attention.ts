import { multiplyDims } from '../../../src-main/engine/dims.ts'
import { scalar, type Value } from '../../../src-main/engine/graph.ts'
import { type AttentionSizes, attention, cachedAttention } from '../../../src-main/engine/ops/attention.ts'
import { compare, where } from '../../../src-main/engine/ops/elementwise.ts'
import { iota, reshape } from '../../../src-main/engine/ops/structure.ts'
import { attentionOf } from '../../helpers/reference/closed-forms.ts'
import { declaredAs, type Entry, type Expectation, entry, floats, ints, type Leaf, normals } from './entry.ts'

const heads = { heads: 1, keyValueHeads: 1, headDim: 2, blocks: 1 }

interface Sizes {
  readonly time: number
  readonly batch: number
  readonly heads: number
  readonly keyValueHeads: number
  readonly headDim: number
  readonly blocks: number
}

/** Time-major rows declared [blocks, block, batch, width], so that every size is read at run time. */
function rowsOf({ time, batch, blocks }: Sizes, width: number, seed: number): Leaf {
  return declaredAs([blocks, 'block', 'batch', width], normals([blocks, time / blocks, batch, width], seed))
}

function leavesOf(sizes: Sizes): Record<'q' | 'k' | 'v', Leaf> {
  const narrow = sizes.keyValueHeads * sizes.headDim
  return {
    q: rowsOf(sizes, sizes.heads * sizes.headDim, 91),
    k: rowsOf(sizes, narrow, 92),
    v: rowsOf(sizes, narrow, 93),
  }
}

function symbolic(sizes: Sizes): AttentionSizes {
  return { ...sizes, time: multiplyDims(sizes.blocks, 'block'), batch: 'batch' }
}

function flat(x: Value, sizes: AttentionSizes): Value {
  return reshape(x, [multiplyDims(sizes.time, sizes.batch), x.shape.at(-1)!])
}

const run = (concrete: Sizes) => {
  const sizes = symbolic(concrete)
  return ({ q, k, v, starts }: { q: Value; k: Value; v: Value; starts?: Value }) =>
    attention(flat(q, sizes), flat(k, sizes), flat(v, sizes), sizes, starts)
}

const startsOf = (...values: number[]) => declaredAs(['batch'], ints([values.length], ...values))

const loops = (sizes: Sizes): Expectation => ({
  closedForm: ({ q, k, v, starts }) => [attentionOf(q!, k!, v!, sizes, starts)],
})

const shapes: Record<string, Sizes> = {
  'one head': { time: 3, batch: 1, heads: 1, keyValueHeads: 1, headDim: 2, blocks: 1 },
  'two sequences, heads in groups': { time: 4, batch: 2, heads: 4, keyValueHeads: 2, headDim: 3, blocks: 1 },
  'two blocks': { time: 4, batch: 2, heads: 2, keyValueHeads: 1, headDim: 2, blocks: 2 },
  'blocks of one': { time: 3, batch: 2, heads: 2, keyValueHeads: 2, headDim: 2, blocks: 3 },
  'one token': { time: 1, batch: 2, heads: 2, keyValueHeads: 1, headDim: 2, blocks: 1 },
}

const causal: readonly Entry[] = [
  entry(
    'attention',
    'equal scores average the past',
    { q: floats([3, 2], 0, 0, 0, 0, 0, 0), v: floats([3, 2], 1, 0, 3, 6, 5, 3) },
    ({ q, v }) => attention(q, q, v, { ...heads, time: 3, batch: 1 }),
    { outputs: [[1, 0, 2, 3, 3, 3]] },
  ),
  entry(
    'attention',
    'a sharp query picks its key',
    { q: floats([2, 2], 90, 0, 0, 90), k: floats([2, 2], 1, 0, 0, 1), v: floats([2, 2], 1, 2, 3, 4) },
    ({ q, k, v }) => attention(q, k, v, { ...heads, time: 2, batch: 1 }),
    { outputs: [[1, 2, 3, 4]] },
  ),
  ...Object.entries(shapes).map(([title, sizes]) =>
    entry('attention', title, leavesOf(sizes), run(sizes), loops(sizes)),
  ),
]

/** Attention with left padding; what padded queries return is noise, so it is hidden. */
const paddedRun = (concrete: Sizes) => {
  const { time, batch } = symbolic(concrete)
  return (x: { q: Value; k: Value; v: Value; starts: Value }) => {
    const attended = run(concrete)(x)
    const before = compare(reshape(iota(time), [time, 1, 1]), reshape(x.starts, [1, batch, 1]), 'less')
    return where(before, scalar(0), reshape(attended, [time, batch, attended.shape[1]!]))
  }
}

const padded: readonly Entry[] = ['two sequences, heads in groups', 'two blocks'].map((title) =>
  entry(
    'attention',
    `${title}, left padding`,
    { ...leavesOf(shapes[title]!), starts: startsOf(2, 0) },
    paddedRun(shapes[title]!),
    loops(shapes[title]!),
  ),
)

/** One new token over a cache of `past` rows; the cache's length is symbolic. */
function cachedLeaves(past: number, batch: number, { heads, keyValueHeads, headDim }: Sizes) {
  const narrow = keyValueHeads * headDim
  return {
    q: declaredAs(['batch', heads * headDim], normals([batch, heads * headDim], 95)),
    k: declaredAs(['batch', narrow], normals([batch, narrow], 96)),
    v: declaredAs(['batch', narrow], normals([batch, narrow], 97)),
    keys: declaredAs(['past', 'batch', narrow], normals([past, batch, narrow], 98)),
    values: declaredAs(['past', 'batch', narrow], normals([past, batch, narrow], 99)),
  }
}

const cachedRun = (sizes: Sizes) => (x: Record<'q' | 'k' | 'v' | 'keys' | 'values', Value> & { starts?: Value }) =>
  cachedAttention(x.q, x.k, x.v, x.keys, x.values, { ...sizes, time: 'past', batch: 'batch' }, x.starts)

/** The cache's rows and the new one are one sequence; the query stands at its end. */
const cachedLoops = (past: number, batch: number): Expectation => ({
  wrt: [],
  closedForm: ({ q, k, v, keys, values, starts }) => [
    attentionOf(q!, [...keys!, ...k!], [...values!, ...v!], { ...grouped, batch }, starts, past),
  ],
})

const grouped = shapes['two sequences, heads in groups']!

/** Three sequences, two of which begin with one of two prompts; what follows a prompt begins somewhere in the cache. */
const promptsOf = { entries: [1, 0, 1], lengths: [3, 5, 3], starts: [2, 0, 4] } as const
const [promptTime, narrow] = [5, grouped.keyValueHeads * grouped.headDim]
const promptLeaves = {
  ...cachedLeaves(4, 3, grouped),
  starts: startsOf(...promptsOf.starts),
  promptKeys: declaredAs(['longest', 'prompts', narrow], normals([promptTime, 2, narrow], 93)),
  promptValues: declaredAs(['longest', 'prompts', narrow], normals([promptTime, 2, narrow], 94)),
  entries: startsOf(...promptsOf.entries),
  lengths: startsOf(...promptsOf.lengths),
}

const promptRun = (x: Record<keyof typeof promptLeaves, Value>) =>
  cachedAttention(x.q, x.k, x.v, x.keys, x.values, { ...grouped, time: 'past', batch: 'batch' }, x.starts, {
    ...{ keys: x.promptKeys, values: x.promptValues, entries: x.entries, lengths: x.lengths },
  })

/** Each sequence by itself: its prompt's rows, its own rows of the cache, the new one. */
const promptLoops: Expectation = {
  wrt: [],
  closedForm: (x) => [
    promptsOf.entries.flatMap((entry, b) => {
      const [length, start] = [promptsOf.lengths[b]!, promptsOf.starts[b]!]
      const rows = (data: readonly number[], from: number, to: number, count: number, column: number) =>
        Array.from({ length: to - from }, (_, row) => {
          const place = ((from + row) * count + column) * narrow
          return data.slice(place, place + narrow)
        }).flat()
      const all = (prompt: readonly number[], cache: readonly number[], now: readonly number[]) => [
        ...rows(prompt, promptTime - length, promptTime, 2, entry),
        ...rows(cache, start, 4, 3, b),
        ...rows(now, 0, 1, 3, b),
      ]
      const wide = grouped.heads * grouped.headDim
      const q = [...x.q!].slice(b * wide, (b + 1) * wide)
      const [keys, values] = [all(x.promptKeys!, x.keys!, x.k!), all(x.promptValues!, x.values!, x.v!)]
      return attentionOf(q, keys, values, { ...grouped, batch: 1 }, undefined, length + 4 - start)
    }),
  ],
}

const cached: readonly Entry[] = [
  entry('cachedAttention', 'heads in groups', cachedLeaves(3, 2, grouped), cachedRun(grouped), cachedLoops(3, 2)),
  entry('cachedAttention', 'a cache of one row', cachedLeaves(1, 1, grouped), cachedRun(grouped), cachedLoops(1, 1)),
  entry(
    'cachedAttention',
    'left padding',
    { ...cachedLeaves(4, 3, grouped), starts: startsOf(0, 4, 2) },
    cachedRun(grouped),
    cachedLoops(4, 3),
  ),
  entry('promptedAttention', 'shared prompts', promptLeaves, promptRun, promptLoops),
]

export const attentionEntries = [...causal, ...padded, ...cached]
