/** What becomes of graphs: kernels fused, views that cost nothing, products on operands as they lie, memory shared. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ownerOf } from '../../../src-main/engine/executors/cuda/arena.ts'
import { type Plan, planOf } from '../../../src-main/engine/executors/cuda/plan.ts'
import { type Buffer, bufferBytes } from '../../../src-main/engine/executors/cuda/view.ts'
import { input, program, state, type Update, type Value } from '../../../src-main/engine/graph.ts'
import { add, compare, exp, mul, neg, sub, where } from '../../../src-main/engine/ops/elementwise.ts'
import { scatterAdd, scatterLast } from '../../../src-main/engine/ops/gather.ts'
import { matmul } from '../../../src-main/engine/ops/matmul.ts'
import { cumsum, softmax } from '../../../src-main/engine/ops/reduce.ts'
import { concat, reduceSum, reshape, slice, transpose } from '../../../src-main/engine/ops/structure.ts'

function planFor(outputs: Record<string, Value>, updates: readonly Update[] = []): Plan {
  const whole = program('planned', outputs, updates)
  const situation = {
    sizes: new Map<string, number>(),
    storageOf: (_: string, __: string, dtype: 'float32' | 'int32' | 'bool') => dtype,
    ...{ tf32: false, rounded: false, growing: false, capacities: new Map<string, number>(), multiprocessors: 132 },
  }
  return planOf(whole, situation, new Map())
}

const steps = (plan: Plan) => plan.commands.map(({ what }) => what)

/** Large enough that outputs have memory of their own. */
const shape = [512, 64]
const x = input('x', shape)
const y = input('y', shape)
const row = input('row', [64])

describe('partition', () => {
  test('a chain is one kernel, whatever is broadcast into it', () => {
    const a = mul(add(x, row), 2)
    expect(steps(planFor({ z: sub(exp(a), mul(a, y)) }))).toEqual(['add+mul+exp+mul+sub'])
  })

  test('a value read outside of the chain is computed once, by a kernel of its own', () => {
    const a = exp(add(x, y))
    expect(steps(planFor({ a, z: neg(a) }))).toEqual(['add+exp', 'neg'])
    expect(steps(planFor({ z: add(matmul(a, input('w', [64, 64])), a) }))).toEqual(['add+exp', 'matmul', 'add'])
  })

  test('a reduction reads the expression; its result is computed once for all who read it', () => {
    expect(steps(planFor({ z: reduceSum(mul(x, y), [1]) }))).toEqual(['mul+reduceSum'])
    expect(steps(planFor({ z: softmax(mul(x, y)) }))).toEqual(['mul', 'reduceMax', 'sub+exp', 'reduceSum', 'div'])
  })

  test('numbers known beforehand are text, single numbers are computed where they are read', () => {
    const scale = mul(input('rate', []), input('decay', []))
    const plan = planFor({ a: mul(x, scale), b: where(compare(y, 0, 'greater'), mul(y, scale), mul(y, -1)) })
    expect(steps(plan)).toEqual(['mul+mul', 'mul+mul+mul+compare+where'].map((_what) => expect.stringMatching(/mul/)))
    expect(plan.constants).toHaveLength(0)
  })

  test('structure costs nothing until something needs the elements in a row', () => {
    const turned = transpose(slice(reshape(x, [8, 64, 64]), 0, 2, 3), [0, 2, 1])
    expect(steps(planFor({ z: matmul(turned, input('w', [64, 8])) }))).toEqual(['matmul'])
    expect(steps(planFor({ z: neg(turned) }))).toEqual(['neg'])
    expect(steps(planFor({ z: turned }))).toEqual(['z'])
    expect(steps(planFor({ z: concat([x, neg(y)], 1) }))).toEqual(['neg', 'concat', 'concat'])
  })

  test('a product with one factor for a whole batch is one product', () => {
    const a = input('a', [4, 3, 16, 64])
    const products = (value: Value) => planFor({ z: value }).commands.filter(({ what }) => what === 'matmul').length
    expect(products(matmul(a, input('w', [64, 32])))).toBe(1)
    expect(products(matmul(a, input('w', [4, 1, 64, 32])))).toBe(4)
    expect(products(matmul(transpose(a, [1, 0, 2, 3]), input('w', [3, 1, 64, 32])))).toBe(3)
  })
})

test('sums at indices are of the same bits on every run: no kernel adds in the order in which threads come', () => {
  const ids = input('ids', [512], 'int32')
  const places = input('places', [512, 2], 'int32')
  const plan = planFor({
    embedding: scatterAdd(ids, x, 4096),
    spread: scatterLast(input('picked', [512, 2]), places, 300),
    running: cumsum(x, 0),
  })
  expect(steps(plan).sort()).toEqual(['cumsum', 'scatterAdd', 'scatterLast'])
  for (const { kernel } of plan.commands) expect(kernel!.source).not.toContain('atomic')
})

describe('updates', () => {
  const w = state('w', shape)

  test('a new value is written where the old one lay when nothing reads that later', () => {
    const plan = planFor({}, [{ state: 'w', value: mul(w, x), mode: 'replace' }])
    expect(plan.layout.copies).toEqual([])
    expect(plan.workspaceBytes).toBe(0)
    const sum = planFor(
      {},
      [{ state: 'w', value: matmul(x, y, { transA: false, transB: true }), mode: 'accumulate' }].map(
        (each) => ({ ...each, value: matmul(input('a', [512, 8]), input('b', [8, 64])) }) as Update,
      ),
    )
    expect(sum.layout.copies).toEqual([])
    expect(steps(sum)).toEqual(['matmul', 'accumulate'])
  })

  test('the old value stays until whoever wants it has it', () => {
    const plan = planFor({ old: w, later: exp(w) }, [{ state: 'w', value: mul(w, x), mode: 'replace' }])
    expect(plan.layout.copies.map(({ state: { name } }) => name)).toEqual(['w'])
    const [a, b] = [state('a', shape), state('b', shape)]
    const swap = planFor({}, [
      { state: 'a', value: b, mode: 'replace' },
      { state: 'b', value: a, mode: 'replace' },
    ])
    expect(swap.commands).toHaveLength(2)
    expect(swap.layout.copies.map(({ state: { name } }) => name)).toEqual(['a'])
  })
})

/** First and last command that touches the memory of each buffer, under the plan's sharing. */
function livesOf({ commands, layout }: Plan): Map<Buffer, [number, number]> {
  const lives = new Map<Buffer, [number, number]>()
  for (const [index, { touches }] of commands.entries())
    for (const { buffer } of touches) {
      const owner = ownerOf(buffer, layout.sharing)
      lives.set(owner, [lives.get(owner)?.[0] ?? index, index])
    }
  return lives
}

describe('memory', () => {
  test('a long chain of products needs two buffers', () => {
    const w = input('w', [64, 64])
    let value: Value = x
    for (let step = 0; step < 10; step++) value = matmul(value, w)
    expect(planFor({ z: value }).layout.bytes).toBe(2 * 512 * 64 * 4)
  })

  test('an elementwise result takes the place of an operand that dies', () => {
    const product = matmul(x, input('w', [64, 64]))
    expect(planFor({ z: matmul(neg(product), input('v', [64, 64])) }).layout.bytes).toBe(512 * 64 * 4)
  })

  test('buffers that live at once never share bytes, in graphs of all kinds', () => {
    const ops = [
      (a: Value, b: Value) => add(a, b),
      (a: Value) => exp(a),
      (a: Value, b: Value) => matmul(a, reshape(b, [64, 512])),
      (a: Value) => reshape(transpose(a, [1, 0]), shape),
      (a: Value, b: Value) => concat([slice(a, 0, 0, 256), slice(b, 0, 256, 512)], 0),
    ] as const
    const choice = fc.array(fc.tuple(fc.nat(4), fc.nat(), fc.nat()), { minLength: 1, maxLength: 24 })
    fc.assert(
      fc.property(choice, (choices) => {
        const values: Value[] = [x, y]
        for (const [op, left, right] of choices) {
          const made = ops[op]!(values[left % values.length]!, values[right % values.length]!)
          values.push(String(made.shape) === String(shape) ? made : slice(made, 1, 0, 64))
        }
        const plan = planFor({ z: values.at(-1)!, other: values[Math.floor(values.length / 2)]! })
        const placed = [...livesOf(plan)].flatMap(([buffer, life]) => {
          const place = plan.layout.places.get(buffer)
          return place === undefined ? [] : [{ place, end: place + bufferBytes(buffer), life }]
        })
        for (const [index, a] of placed.entries())
          for (const b of placed.slice(index + 1)) {
            const together = a.life[0] <= b.life[1] && b.life[0] <= a.life[1]
            const apart = a.end <= b.place || b.end <= a.place
            expect(apart || !together).toBe(true)
          }
        // Nothing is read before it is written, and what dies within a command is not written by it.
        for (const { end } of placed) expect(end).toBeLessThanOrEqual(plan.layout.bytes)
      }),
      { numRuns: 60 },
    )
  })
})
