import { multiplyDims } from '../../../src-main/engine/dims.ts'
import type { Value } from '../../../src-main/engine/graph.ts'
import { packedAttention } from '../../../src-main/engine/ops/packed-attention.ts'
import { reshape } from '../../../src-main/engine/ops/structure.ts'
import { packing } from '../../../src-main/model/token-batch.ts'
import { attentionWithGradients } from '../../helpers/reference/attention.ts'
import { declaredAs, type Entry, entry, ints, type Leaf, normals } from './entry.ts'

const heads = { heads: 4, keyValueHeads: 2, headDim: 2 }

function packed(title: string, lengths: readonly number[], wrt?: readonly string[]): Entry {
  const { inputs, blocks, time, batch, count } = packing(lengths)
  const index = (name: string): Leaf => {
    const { shape, data } = inputs[name]!
    return declaredAs(name === 'places' ? ['rows'] : [blocks, 'block', 'batch'], ints(shape, ...data))
  }
  const rows = (width: number, seed: number) => declaredAs(['rows', width], normals([count, width], seed))
  const sizes = { ...heads, blocks, time: multiplyDims(blocks, 'block'), batch: 'batch' }
  const flat = (x: Value) => reshape(x, [multiplyDims(sizes.time, 'batch')])
  const first = (sequence: number) => lengths.slice(0, sequence).reduce((sum, length) => sum + length, 0)
  return entry(
    'packedAttention',
    `${title}: ${batch} sequences of at most ${time}`,
    {
      ...{ q: rows(8, 131), k: rows(4, 132), v: rows(4, 133) },
      ...{ spread: index('spread'), places: index('places'), returns: index('returns') },
    },
    (x) =>
      packedAttention(x.q, x.k, x.v, { spread: flat(x.spread), places: x.places, returns: flat(x.returns) }, sizes),
    {
      ...(wrt && { wrt }),
      closedForm: ({ q, k, v }) => {
        const sequences = lengths.map((length, b) => ({ row: (t: number) => first(b) + t, length, start: 0 }))
        return [attentionWithGradients({ q: q!, k: k!, v: v! }, q!, { ...heads, sequences }).out]
      },
    },
  )
}

export const packedAttentionEntries: readonly Entry[] = [
  packed('one token', [1]),
  packed('uneven sequences', [2, 1, 3]),
  // Difference quotients of so many numbers would take minutes.
  packed('in blocks', [26, 2], []),
]
