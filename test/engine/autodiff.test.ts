/** Gradients as graphs, and their cut into a forward and a backward program; on the float64 evaluator alone. */
import { describe, expect, test } from 'vitest'
import { gradients, vjp } from '../../src-main/engine/autodiff.ts'
import {
  input,
  inputOp,
  nameOf,
  scalar,
  state,
  stateOp,
  topologicalOrder,
  type Value,
} from '../../src-main/engine/graph.ts'
import { cachedAttention } from '../../src-main/engine/ops/attention.ts'
import { add, compare, exp, log, mul, sigmoid, sub } from '../../src-main/engine/ops/elementwise.ts'
import { gather } from '../../src-main/engine/ops/gather.ts'
import { linear, matmul } from '../../src-main/engine/ops/matmul.ts'
import { rmsNorm, swiglu } from '../../src-main/engine/ops/network.ts'
import { argmax, softmax, topK } from '../../src-main/engine/ops/reduce.ts'
import { broadcastTo, cast, reduceSum } from '../../src-main/engine/ops/structure.ts'
import { tokenStats } from '../../src-main/engine/ops/token-stats.ts'
import { expectClose } from '../helpers/close.ts'
import { centralDifferences } from '../helpers/reference/differences.ts'
import { evaluate, type Feeds } from '../helpers/reference/evaluate.ts'
import { floats, ints, normals } from './conformance/entry.ts'

const one = (value: Value) => input('g', value.shape)
const x = input('x', [3])
const feeds = { x: floats([3], 0.5, -1.5, 2), y: floats([3], 2, 3, -1), g: floats([3], 1, -2, 0.5) }

const numbers = (value: Value | undefined, of: Feeds = feeds): number[] => [...evaluate([value!], of)[0]!.data]

describe('gradients', () => {
  test('of a value used twice add up', () => {
    const y = mul(x, x)
    expect(numbers(gradients([add(y, mul(y, x))], [one(x)], [x])[0])).toEqual(
      [0.5, -1.5, 2].map((v, place) => (2 * v + 3 * v ** 2) * [1, -2, 0.5][place]!),
    )
  })

  test('of several outputs add up, an output that is also a step of another included', () => {
    const y = exp(x)
    const [g] = gradients([y, mul(y, y)], [one(x), one(x)], [x])
    expectClose(
      'x',
      numbers(g),
      [0.5, -1.5, 2].map((v, i) => (Math.exp(v) + 2 * Math.exp(2 * v)) * [1, -2, 0.5][i]!),
      1e-12,
    )
  })

  test('of an output by itself are its cotangent', () => {
    expect(gradients([x], [one(x)], [x])[0]).toBeDefined()
    expect(numbers(gradients([x], [one(x)], [x])[0])).toEqual([1, -2, 0.5])
  })

  test('flow to values inside the graph too, and past them', () => {
    const inner = mul(x, 3)
    const [gInner, gX] = gradients([mul(inner, inner)], [one(x)], [inner, x])
    expect(numbers(gInner)).toEqual([3, 18, 6])
    expect(numbers(gX)).toEqual([9, 54, 18])
  })

  test('have gradients themselves', () => {
    const ones = broadcastTo(scalar(1), [3])
    const [first] = gradients([mul(mul(x, x), x)], [ones], [x])
    const [second] = gradients([first!], [ones], [x])
    expect(numbers(second)).toEqual([3, -9, 12])
  })

  test('of a long chain need no deep stack', () => {
    let y: Value = x
    for (let step = 0; step < 10_000; step++) y = add(y, 1)
    expect(numbers(gradients([y], [one(x)], [x])[0])).toEqual([1, -2, 0.5])
  })
})

describe('gradients that do not flow', () => {
  test('are undefined for what no path reaches', () => {
    const unused = input('unused', [2])
    expect(gradients([mul(x, 2)], [one(x)], [unused])).toEqual([undefined])
  })

  test('are undefined for an output without a cotangent', () => {
    const y = input('y', [3])
    const [gX, gY] = gradients([mul(x, 2), mul(y, 2)], [one(x), undefined], [x, y])
    expect(numbers(gX)).toEqual([2, -4, 1])
    expect(gY).toBeUndefined()
  })

  test('do not pass choices, counts and integers', () => {
    const ids = input('ids', [2], 'int32')
    const table = input('table', [4, 2])
    const picked = gather(table, ids)
    const [gIds, gTable] = gradients([picked], [input('g', [2, 2])], [ids, table])
    expect(gIds).toBeUndefined()
    expect(gTable?.shape).toEqual([4, 2])
    const flag = cast(compare(x, 0, 'greater'), 'float32')
    expect(gradients([flag], [one(x)], [x])).toEqual([undefined])
    expect(gradients([cast(argmax(x), 'float32')], [scalar(1)], [x])).toEqual([undefined])
    expect(gradients([topK(x, 2).indices], [input('g', [2])], [x])[0]).toBeUndefined()
  })

  test('do not make what nobody asked for', () => {
    const weight = state('w', [3])
    const graph = topologicalOrder([gradients([mul(mul(x, x), weight)], [one(x)], [weight])[0]!])
    // The gradient of w is x² · g: the branch to x would double x and use w.
    expect(graph).not.toContain(weight)
  })

  test('refuse an op that has none', () => {
    const q = input('q', [1, 2])
    const past = input('past', [1, 1, 2])
    const sizes = { time: 1, batch: 1, heads: 1, keyValueHeads: 1, headDim: 2, blocks: 1 }
    const y = cachedAttention(q, q, q, past, past, sizes)
    expect(() => gradients([y], [input('g', [1, 2])], [q])).toThrow('The op "cachedAttention" has no gradient.')
  })

  test('refuse a cotangent of another shape', () => {
    expect(() => gradients([mul(x, 2)], [scalar(1)], [x])).toThrow(
      'The cotangent of output 0 has shape [], expected [3].',
    )
  })
})

/** A small network with every kind of layer: norm, gated product, residual, vocabulary head. */
function network() {
  const ids = input('ids', [3], 'int32')
  const table = state('w/table', [5, 4])
  const gate = state('w/gate', [4, 4])
  const up = state('w/up', [4, 4])
  const norm = state('w/norm', [4])
  const embedded = gather(table, ids)
  const normed = rmsNorm(embedded, norm, 1e-6)
  const hidden = add(embedded, swiglu(linear(normed, gate), linear(normed, up)))
  const stats = tokenStats(hidden, table, input('targets', [3], 'int32'), input('temperature', []))
  const leaves = {
    ids: ints([3], 1, 4, 1),
    targets: ints([3], 0, 2, 4),
    temperature: floats([], 0.8),
    'w/table': normals([5, 4], 201),
    'w/gate': normals([4, 4], 202),
    'w/up': normals([4, 4], 203),
    'w/norm': normals([4], 204),
    gLogprobs: normals([3], 205),
    gEntropies: normals([3], 206),
  }
  const cotangents = [input('gLogprobs', [3]), input('gEntropies', [3])]
  return { outputs: [stats.logprobs, stats.entropies], cotangents, wrt: [table, gate, up, norm], leaves }
}

/** What the backward program of a cut computes when it gets nothing but what it declares. */
function runCut(keep?: (value: Value) => boolean) {
  const { outputs, cotangents, wrt, leaves } = network()
  const cut = vjp(outputs, cotangents, wrt, keep)
  const names = Object.keys(cut.residuals)
  const kept = evaluate(Object.values(cut.residuals), leaves)
  const fed = { ...leaves, ...Object.fromEntries(names.map((name, place) => [name, kept[place]!])) }
  const order = topologicalOrder(cut.gradients)
  const read = order.filter(({ op }) => op === inputOp || op === stateOp).map(nameOf)
  return { names, kept: Object.values(cut.residuals), read, order, gradients: evaluate(cut.gradients, fed) }
}

describe('vjp', () => {
  const { outputs, cotangents, wrt, leaves } = network()
  const oneShot = evaluate(
    gradients(outputs, cotangents, wrt).map((g) => g!),
    leaves,
  )

  test('the one-shot gradient is that of central differences', () => {
    const given = [leaves.gLogprobs.data, leaves.gEntropies.data]
    wrt.forEach((weight, place) => {
      const differences = centralDifferences(outputs, given, leaves, nameOf(weight))
      expectClose(nameOf(weight), oneShot[place]!.data, differences, 1e-7)
    })
  })

  test.each([
    ['costly results kept', undefined],
    ['everything kept', () => true],
    ['nothing kept', () => false],
    ['only norms kept', ({ op }: Value) => op.name === 'rmsNorm'],
  ])('forward and backward equal the one-shot gradient: %s', (_, keep) => {
    const cut = runCut(keep)
    cut.gradients.forEach(({ data }, place) => {
      expectClose(nameOf(wrt[place]!), data, oneShot[place]!.data, 1e-12)
    })
  })
})

describe('residuals', () => {
  const { outputs, cotangents, wrt } = network()

  test('recomputing everything keeps nothing', () => {
    expect(runCut(() => false).names).toEqual([])
  })

  test('the default keeps results of costly ops only', () => {
    const { kept } = runCut()
    expect(kept.length).toBeGreaterThan(0)
    expect(kept.every(({ op }) => op.costly)).toBe(true)
  })

  test('the backward program reads every residual that it is given', () => {
    for (const keep of [undefined, () => true]) {
      const { names, read } = runCut(keep)
      expect(names.filter((name) => !read.includes(name))).toEqual([])
    }
  })

  test('keeping everything leaves no forward product to compute again', () => {
    const forward = new Set(topologicalOrder(outputs).filter(({ inputs, parts }) => inputs.length > 0 && !parts))
    expect(runCut(() => true).order.filter((value) => forward.has(value))).toEqual([])
  })

  test('a residual that no gradient needs is not kept', () => {
    const y = log(exp(x))
    const { residuals } = vjp([sub(mul(y, 2), y)], [one(x)], [y])
    expect(residuals).toEqual({})
  })

  test('residuals of a program without the second cotangent are among those of one with it', () => {
    const whole = Object.keys(vjp(outputs, cotangents, wrt).residuals)
    const part = Object.keys(vjp(outputs, [cotangents[0], undefined], wrt).residuals)
    expect(part.filter((name) => !whole.includes(name))).toEqual([])
  })

  test('names a parameter that nothing reaches', () => {
    expect(() => vjp([mul(x, 2)], [one(x)], [state('w/lost', [1])])).toThrow('No gradient reaches state "w/lost".')
  })
})

test('a product of matrices differentiates to products of its operands', () => {
  const a = input('a', [2, 3])
  const b = input('b', [3, 2])
  const y = reduceSum(mul(softmax(matmul(a, b)), sigmoid(matmul(a, b))), [0, 1])
  const given = { a: normals([2, 3], 207), b: normals([3, 2], 208) }
  const results = evaluate(
    gradients([y], [scalar(1)], [a, b]).map((g) => g!),
    given,
  )
  for (const [place, name] of ['a', 'b'].entries()) {
    expectClose(name, results[place]!.data, centralDifferences([y], [[1]], given, name), 1e-8)
  }
})
