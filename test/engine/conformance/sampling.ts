import type { Value } from '../../../src-main/engine/graph.ts'
import { type Draw, drawTokens } from '../../../src-main/engine/ops/sampling.ts'
import { declaredAs, type Entry, entry, floats, normals } from './entry.ts'

type Leaves = Record<'logits' | 'temperature' | 'uniforms' | 'topP', Value>

const vocabulary = 7

/** The rule of the draw for one row, in float64. */
function drawn(
  logits: readonly number[],
  temperature: number,
  u: number,
  draw: { kind: string; topK: number; topP: number },
) {
  const weights = logits.map((x) => Math.exp(x / temperature))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const p = weights.map((weight) => weight / total)
  const order = p.map((_, token) => token)
  if (draw.kind !== 'full') order.sort((a, b) => p[b]! - p[a]! || a - b)
  const ranked = order.slice(0, draw.kind === 'filtered' && draw.topK > 0 ? draw.topK : vocabulary)
  const mass = ranked.reduce((sum, token) => sum + p[token]!, 0)
  const before = (rank: number) => ranked.slice(0, rank).reduce((sum, token) => sum + p[token]!, 0)
  const kept =
    draw.kind === 'filtered' ? ranked.filter((_, rank) => rank === 0 || before(rank) < mass * draw.topP) : ranked
  const keptMass = kept.reduce((sum, token) => sum + p[token]!, 0)
  const rank = kept.findIndex((_, rank) => before(rank + 1) > u * keptMass || draw.kind === 'greedy')
  const token = (draw.kind === 'full' ? ranked : kept)[rank]!
  return { token, logprob: Math.log(p[token]!), entropy: -p.reduce((sum, x) => sum + x * Math.log(x), 0) }
}

const sampling = (title: string, kind: Draw['kind'], rows: number, temperature: number, topK = 0, topP = 1): Entry =>
  entry(
    'drawTokens',
    title,
    {
      logits: declaredAs(['rows', vocabulary], normals([rows, vocabulary], 121, 2)),
      temperature: floats([], temperature),
      uniforms: declaredAs(['rows'], floats([rows], ...Array.from({ length: rows }, (_, row) => (row + 0.5) / rows))),
      topP: floats([], topP),
    },
    (v: Leaves) => {
      const draw: Draw =
        kind === 'greedy'
          ? { kind }
          : kind === 'full'
            ? { kind, uniforms: v.uniforms }
            : { kind, uniforms: v.uniforms, topP: v.topP, topK }
      return Object.values(drawTokens(v.logits, v.temperature, draw))
    },
    {
      wrt: [],
      closedForm: ({ logits, uniforms }) => {
        const all = Array.from({ length: rows }, (_, row) =>
          drawn(logits!.slice(row * vocabulary, (row + 1) * vocabulary), temperature, uniforms![row]!, {
            kind,
            topK,
            topP,
          }),
        )
        return [all.map(({ token }) => token), all.map(({ logprob }) => logprob), all.map(({ entropy }) => entropy)]
      },
    },
  )

export const samplingEntries: readonly Entry[] = [
  sampling('the largest logit', 'greedy', 3, 0.7),
  sampling('from all tokens', 'full', 9, 1),
  sampling('top-k', 'filtered', 6, 1.2, 3),
  sampling('top-p', 'filtered', 6, 1, 0, 0.6),
  sampling('top-k, then top-p', 'filtered', 6, 0.9, 4, 0.7),
]
