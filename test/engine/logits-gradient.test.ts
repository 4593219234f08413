import { expect, test } from 'vitest'
import { gradients } from '../../src-main/engine/autodiff.ts'
import { input, state } from '../../src-main/engine/graph.ts'
import { tokenKl } from '../../src-main/engine/ops/token-kl.ts'
import { tokenStats } from '../../src-main/engine/ops/token-stats.ts'
import { normal, randomStream } from '../../src-main/util/rng.ts'
import { evaluate } from '../helpers/reference/evaluate.ts'

const [tokens, width, vocabulary] = [4, 3, 7]
const numbers = (count: number, seed: number) =>
  Float64Array.from({ length: count }, (_, place) => normal(seed, randomStream.data, place))

test('the gradient of the entropy along the logits is −p (log p + H)', () => {
  // With the identity as vocabulary matrix the hidden state is the logits.
  const hidden = input('hidden', [1, 3])
  const identity = { shape: [3, 3], data: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1) }
  const { entropies } = tokenStats(
    hidden,
    input('weight', [3, 3]),
    input('targets', [1], 'int32'),
    input('temperature', []),
  )
  const [gradient] = gradients([entropies], [input('dEntropies', [1])], [hidden])
  const [entropy, slopes] = evaluate([entropies, gradient!], {
    hidden: { shape: [1, 3], data: Float64Array.of(Math.log(0.7), Math.log(0.2), Math.log(0.1)) },
    weight: identity,
    targets: { shape: [1], data: Int32Array.of(0) },
    temperature: { shape: [], data: Float64Array.of(1) },
    dEntropies: { shape: [1], data: Float64Array.of(1) },
  })
  expect(entropy!.data[0]).toBeCloseTo(0.801818553, 9)
  const expected = [-0.311600526, 0.161523872, 0.150076654]
  expected.forEach((slope, token) => {
    expect(slopes!.data[token]).toBeCloseTo(slope, 9)
  })
})

test('a policy gradient moves logits against each other only: over the vocabulary it sums to zero', () => {
  const hidden = input('hidden', [tokens, width])
  const weight = state('weight', [vocabulary, width])
  const { logprobs, entropies } = tokenStats(
    hidden,
    weight,
    input('targets', [tokens], 'int32'),
    input('temperature', []),
  )
  const reference = { hidden: input('otherHidden', [tokens, width]), weight: input('otherWeight', [vocabulary, width]) }
  const kls = tokenKl(hidden, weight, reference, input('temperature', []))
  const cotangents = ['dLogprobs', 'dEntropies', 'dReferenceKls'].map((name) => input(name, [tokens]))
  const [gradient] = gradients([logprobs, entropies, kls], cotangents, [weight])
  const { data } = evaluate([gradient!], {
    hidden: { shape: [tokens, width], data: numbers(tokens * width, 1) },
    weight: { shape: [vocabulary, width], data: numbers(vocabulary * width, 2) },
    targets: { shape: [tokens], data: Int32Array.of(0, 6, 2, 2) },
    temperature: { shape: [], data: Float64Array.of(0.7) },
    dLogprobs: { shape: [tokens], data: numbers(tokens, 3) },
    dEntropies: { shape: [tokens], data: numbers(tokens, 4) },
    dReferenceKls: { shape: [tokens], data: numbers(tokens, 5) },
    otherHidden: { shape: [tokens, width], data: numbers(tokens * width, 6) },
    otherWeight: { shape: [vocabulary, width], data: numbers(vocabulary * width, 7) },
  })[0]!
  // Σ_v dLoss/dW[v] = Σ_t (Σ_v dLoss/dz[t, v]) h_t / temperature, and the h_t are in general position.
  for (let column = 0; column < width; column++) {
    const sum = Array.from({ length: vocabulary }, (_, row) => data[row * width + column]!).reduce((a, b) => a + b)
    expect(Math.abs(sum)).toBeLessThan(1e-12)
  }
  expect(Math.max(...Array.from(data).map(Math.abs))).toBeGreaterThan(0.1)
})
