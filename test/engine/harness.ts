/** Runs small graphs for the op tests and compares gradients with central differences. */
import { gradients } from '../../src-main/engine/autodiff.ts'
import { evaluateDim, type Shape } from '../../src-main/engine/dims.ts'
import type { Executor, Tensor } from '../../src-main/engine/executor.ts'
import { type DType, input, program, substitute, topologicalOrder, type Value } from '../../src-main/engine/graph.ts'

export interface Operand {
  readonly shape: readonly number[]
  readonly data: readonly number[]
  readonly dtype?: DType
  /** The shape the graph declares, where it is symbolic. */
  readonly declared?: Shape
  /** False for operands without a gradient. */
  readonly differentiable?: boolean
}

export interface OpCase {
  readonly op: string
  readonly what?: string
  readonly operands: readonly Operand[]
  readonly build: (...inputs: Value[]) => Value | readonly Value[]
  /** Closed form of every result, flat, from the operands' data. */
  readonly expected: (...operands: (readonly number[])[]) => readonly (readonly number[])[]
  /** Set for ops that pass no gradient. */
  readonly constant?: boolean
}

let seed = 1
/** Deterministic numbers in [low, high), never near 0 when the range excludes it. */
export function numbers(count: number, low = -1, high = 1): number[] {
  return Array.from({ length: count }, () => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff
    return Math.fround(low + ((high - low) * seed) / 0x80000000)
  })
}

export function operand(shape: readonly number[], low = -1, high = 1): Operand {
  return {
    shape,
    data: numbers(
      shape.reduce((a, b) => a * b, 1),
      low,
      high,
    ),
  }
}

export function indices(shape: readonly number[], data: readonly number[]): Operand {
  return { shape, data, dtype: 'int32', differentiable: false }
}

export function tensorOf({ shape, data, dtype = 'float32' }: Operand): Tensor {
  const typed = { float32: Float32Array, int32: Int32Array, bool: Uint8Array }[dtype].from(data)
  return { shape, data: typed }
}

export function inputsOf(operands: readonly Operand[]): Value[] {
  return operands.map(({ shape, declared, dtype }, index) => input(`x${index}`, declared ?? shape, dtype ?? 'float32'))
}

const feedsOf = (operands: readonly Operand[]): Record<string, Tensor> =>
  Object.fromEntries(operands.map((entry, index) => [`x${index}`, tensorOf(entry)]))

export async function evaluate(
  executor: Executor,
  results: readonly Value[],
  operands: readonly Operand[],
  extra: Record<string, Tensor> = {},
): Promise<Tensor[]> {
  const names = results.map((_, index) => `y${index}`)
  const compiled = await executor.compile(program('test', Object.fromEntries(results.map((y, i) => [names[i]!, y]))))
  try {
    const outputs = await compiled.run({ ...feedsOf(operands), ...extra })
    return names.map((name) => outputs[name]!)
  } finally {
    await compiled.release()
  }
}

/** Replaces every composite of a graph by its expansion, down to primitives. */
export function expandAll(roots: readonly Value[]): Value[] {
  let current = [...roots]
  for (;;) {
    const replacements = new Map<Value, Value>()
    for (const value of topologicalOrder(current)) {
      const source = value.op.name === 'part' ? value.inputs[0]! : value
      if (!source.op.expand || (source.parts && source === value)) continue
      replacements.set(value, source.op.expand(source)[(value.attrs.index as number | undefined) ?? 0]!)
      break
    }
    if (replacements.size === 0) return current
    current = substitute(current, replacements)
  }
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0)

/** Σ results · weights, the weights fixed numbers: a scalar with a gradient in every operand. */
async function weightedSum(
  executor: Executor,
  values: readonly Value[],
  operands: readonly Operand[],
  weights: number[][],
) {
  const names = values.map((_, index) => `y${index}`)
  const compiled = await executor.compile(program('sum', Object.fromEntries(values.map((y, i) => [names[i]!, y]))))
  return {
    release: () => compiled.release(),
    at: async (changed: readonly Operand[]) => {
      const outputs = await compiled.run(feedsOf(changed))
      return names.reduce((sum, name, i) => sum + dot(Array.from(outputs[name]!.data), weights[i]!), 0)
    },
    operands,
  }
}

/** Largest difference between the graph's gradient and central differences, relative to 1 + |gradient|. */
export async function gradientError(
  executor: Executor,
  values: readonly Value[],
  inputs: readonly Value[],
  operands: readonly Operand[],
) {
  const floats = values.filter(({ dtype }) => dtype === 'float32')
  const sizes = new Map<string, number>()
  for (const [index, { shape }] of inputs.entries()) {
    for (const [axis, dim] of shape.entries())
      if (typeof dim === 'string') sizes.set(dim, operands[index]!.shape[axis]!)
  }
  const shapes = floats.map(({ shape }) => shape.map((dim) => evaluateDim(dim, sizes)))
  const weights = shapes.map((shape) => numbers(shape.reduce((a, b) => a * b, 1)))
  const cotangents = floats.map(({ shape }, index) => input(`g${index}`, shape))
  const wanted = operands.flatMap(({ differentiable }, index) => (differentiable === false ? [] : [index]))
  const results = gradients(
    floats,
    cotangents,
    wanted.map((index) => inputs[index]!),
  )
  const extra = Object.fromEntries(
    cotangents.map((_, i) => [`g${i}`, { shape: shapes[i]!, data: Float32Array.from(weights[i]!) }]),
  )
  const analytic = await evaluate(
    executor,
    results.map((g) => g!),
    operands,
    extra,
  )
  const sum = await weightedSum(executor, floats, operands, weights)
  let worst = 0
  for (const [place, index] of wanted.entries()) {
    const data = operands[index]!.data
    for (let element = 0; element < data.length; element++) {
      const numeric = await centralDifference(sum.at, operands, index, element)
      const exact = analytic[place]!.data[element]!
      worst = Math.max(worst, Math.abs(numeric - exact) / (1 + Math.abs(exact)))
    }
  }
  await sum.release()
  return worst
}

async function centralDifference(
  at: (operands: readonly Operand[]) => Promise<number>,
  operands: readonly Operand[],
  index: number,
  element: number,
): Promise<number> {
  const step = 2 ** -7
  const moved = (by: number) =>
    operands.map((entry, i) =>
      i === index ? { ...entry, data: entry.data.with(element, entry.data[element]! + by) } : entry,
    )
  // Fourth-order differences: float32 forward passes allow no smaller step.
  const [a, b, c, d] = [
    await at(moved(step)),
    await at(moved(-step)),
    await at(moved(2 * step)),
    await at(moved(-2 * step)),
  ]
  return (8 * (a - b) - (c - d)) / (12 * step)
}

/** Largest difference relative to 1 + |expected|; infinite where lengths differ. */
export function difference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY
  let worst = 0
  for (let index = 0; index < expected.length; index++) {
    if (Object.is(actual[index], expected[index]) || actual[index] === expected[index]) continue
    const error = Math.abs(actual[index]! - expected[index]!) / (1 + Math.abs(expected[index]!))
    worst = Number.isNaN(error) ? Number.POSITIVE_INFINITY : Math.max(worst, error)
  }
  return worst
}
