import { adamw } from '../../../src-main/engine/ops/optimizer.ts'
import { tokenKl } from '../../../src-main/engine/ops/token-kl.ts'
import { tokenMoments } from '../../../src-main/engine/ops/token-moments.ts'
import { tokenStats } from '../../../src-main/engine/ops/token-stats.ts'
import { tokenTop } from '../../../src-main/engine/ops/token-top.ts'
import { adamwOf, tokenKlOf, tokenMomentsOf, tokenStatsOf, tokenTopOf } from '../../helpers/reference/closed-forms.ts'
import { asState, declaredAs, type Entry, entry, floats, ints, type Leaf, normals } from './entry.ts'

function head(tokens: number, temperature = 1): Record<'hidden' | 'weight' | 'targets' | 'temperature', Leaf> {
  const targets = Array.from({ length: tokens }, (_, token) => (token * 3) % 5)
  return {
    hidden: declaredAs(['tokens', 3], normals([tokens, 3], 101)),
    weight: asState(normals([5, 3], 102)),
    targets: declaredAs(['tokens'], ints([tokens], ...targets)),
    temperature: floats([], temperature),
  }
}

const wrt = ['hidden', 'weight']

const statistics = (title: string, tokens: number, chunks: number, temperature = 1): Entry[] =>
  (['both', 'logprobs', 'entropies'] as const).map((which) =>
    entry(
      'tokenStats',
      `${title}, ${which}`,
      head(tokens, temperature),
      (v) => {
        const { logprobs, entropies } = tokenStats(v.hidden, v.weight, v.targets, v.temperature, chunks)
        return which === 'both' ? [logprobs, entropies] : which === 'logprobs' ? logprobs : entropies
      },
      {
        wrt,
        closedForm: ({ hidden, weight, targets }) => {
          const { logprobs, entropies } = tokenStatsOf(hidden!, weight!, targets!, 3, temperature)
          return which === 'both' ? [logprobs, entropies] : [which === 'logprobs' ? logprobs : entropies]
        },
      },
    ),
  )

const moments = (title: string, tokens: number, chunks: number, temperature = 1): Entry => {
  const { targets: _, ...leaves } = head(tokens, temperature)
  return entry(
    'tokenMoments',
    title,
    leaves,
    (v) => Object.values(tokenMoments(v.hidden, v.weight, v.temperature, chunks)),
    {
      wrt: [],
      closedForm: ({ hidden, weight }) => Object.values(tokenMomentsOf(hidden!, weight!, 3, temperature)),
    },
  )
}

const likeliest = (title: string, tokens: number, count: number, chunks: number, temperature = 1): Entry => {
  const { targets: _, ...leaves } = head(tokens, temperature)
  return entry(
    'tokenTop',
    title,
    leaves,
    (v) => Object.values(tokenTop(v.hidden, v.weight, v.temperature, count, chunks)),
    {
      wrt: [],
      closedForm: ({ hidden, weight }) => Object.values(tokenTopOf(hidden!, weight!, 3, temperature, count)),
    },
  )
}

const divergence = (title: string, tokens: number, chunks: number, temperature = 1): Entry => {
  const { targets: _, ...own } = head(tokens, temperature)
  const leaves = {
    ...own,
    otherHidden: declaredAs(['tokens', 3], normals([tokens, 3], 103)),
    otherWeight: asState(normals([5, 3], 104)),
  }
  return entry(
    'tokenKl',
    title,
    leaves,
    (v) => tokenKl(v.hidden, v.weight, { hidden: v.otherHidden, weight: v.otherWeight }, v.temperature, chunks),
    {
      wrt,
      closedForm: ({ hidden, weight, otherHidden, otherWeight }) => [
        tokenKlOf({ hidden: hidden!, weight: weight! }, { hidden: otherHidden!, weight: otherWeight! }, 3, temperature),
      ],
    },
  )
}

const heads: readonly Entry[] = [
  entry(
    'tokenStats',
    'a uniform vocabulary',
    { ...head(2), hidden: floats([2, 3], 0, 0, 0, 0, 0, 0), targets: ints([2], 4, 0) },
    (v) => {
      const { logprobs, entropies } = tokenStats(v.hidden, v.weight, v.targets, v.temperature)
      return [logprobs, entropies]
    },
    {
      outputs: [
        [-Math.log(5), -Math.log(5)],
        [Math.log(5), Math.log(5)],
      ],
      wrt,
    },
  ),
  entry(
    'tokenStats',
    'a certain token',
    {
      hidden: floats([1, 1], 1),
      weight: floats([3, 1], 500, 0, -500),
      targets: ints([1], 0),
      temperature: floats([], 1),
    },
    (v) => {
      const { logprobs, entropies } = tokenStats(v.hidden, v.weight, v.targets, v.temperature)
      return [logprobs, entropies]
    },
    { outputs: [[0], [0]], gradients: { hidden: [0], weight: [0, 0, 0] } },
  ),
  ...statistics('one piece', 4, 1),
  ...statistics('temperature 0.7', 3, 1, 0.7),
  ...statistics('two pieces', 4, 2),
  ...statistics('uneven pieces', 5, 2, 1.3),
  ...statistics('fewer tokens than pieces', 2, 4),
  ...statistics('pieces that come out empty', 5, 4),
  ...statistics('more than two pieces', 7, 3, 0.5),
  ...statistics('no tokens', 0, 1),
  moments('one piece', 4, 1),
  moments('uneven pieces, temperature 1.3', 5, 2, 1.3),
  moments('pieces that come out empty', 5, 4, 0.7),
  likeliest('one piece', 4, 2, 1),
  likeliest('the whole vocabulary, temperature 1.3', 3, 5, 2, 1.3),
  likeliest('pieces that come out empty', 5, 3, 4, 0.7),
  likeliest('no tokens', 0, 2, 1),
  divergence('one piece', 4, 1),
  divergence('uneven pieces, temperature 1.3', 5, 2, 1.3),
  divergence('pieces that come out empty', 5, 4, 0.7),
  divergence('no tokens', 0, 1),
  entry(
    'tokenKl',
    'a policy that is its reference',
    (({ targets: _, ...leaves }) => leaves)(head(3)),
    (v) => tokenKl(v.hidden, v.weight, { hidden: v.hidden, weight: v.weight }, v.temperature),
    { outputs: [[0, 0, 0]], wrt: [] },
  ),
]

const scalarNames = [
  'learningRate',
  'beta1',
  'beta2',
  'eps',
  'weightDecay',
  'biasCorrection1',
  'biasCorrection2',
  'gradientScale',
] as const

function scalars(numbers: Record<(typeof scalarNames)[number], number>): Record<(typeof scalarNames)[number], Leaf> {
  return Object.fromEntries(scalarNames.map((name) => [name, floats([], numbers[name])])) as ReturnType<typeof scalars>
}

const settings = { learningRate: 0.1, beta1: 0.9, beta2: 0.99, eps: 1e-8, weightDecay: 0.5, gradientScale: 1 }

const optimizer: readonly Entry[] = [
  entry(
    'adamw',
    'the first step moves by the learning rate, after the decay',
    {
      p: asState(floats([3], 2, -1, 4)),
      g: asState(floats([3], 3, -0.25, 1)),
      m: asState(floats([3], 0, 0, 0)),
      v: asState(floats([3], 0, 0, 0)),
      ...scalars({ ...settings, biasCorrection1: 1 - 0.9, biasCorrection2: 1 - 0.99 }),
    },
    ({ p, g, m, v, ...rest }) => Object.values(adamw(p, g, m, v, rest)),
    {
      outputs: [
        [2 * 0.95 - 0.1, -0.95 + 0.1, 4 * 0.95 - 0.1],
        [0.3, -0.025, 0.1],
        [0.09, 0.000625, 0.01],
      ],
      wrt: [],
      slack: 10,
    },
  ),
  entry(
    'adamw',
    'a later step with a clipped gradient',
    {
      p: asState(normals([2, 3], 105)),
      g: asState(normals([2, 3], 106)),
      m: asState(normals([2, 3], 107, 0.1)),
      v: asState(floats([2, 3], 0.1, 0.02, 0.3, 0, 1, 2)),
      ...scalars({ ...settings, biasCorrection1: 1 - 0.9 ** 7, biasCorrection2: 1 - 0.99 ** 7, gradientScale: 0.25 }),
    },
    ({ p, g, m, v, ...rest }) => Object.values(adamw(p, g, m, v, rest)),
    {
      wrt: [],
      closedForm: ({ p, g, m, v }) => {
        const betas = [settings.beta1, settings.beta2] as const
        const all = p!.map((parameter, place) =>
          adamwOf({ parameter, first: m![place]!, second: v![place]! }, g![place]! * 0.25, { ...settings, betas }, 7),
        )
        return [all.map((x) => x.parameter), all.map((x) => x.first), all.map((x) => x.second)]
      },
    },
  ),
]

export const headEntries = [...heads, ...optimizer]
