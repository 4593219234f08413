/** What one line of the conformance table says: leaves, a graph over them, and what must come out. */
import type { Shape } from '../../../src-main/engine/dims.ts'
import type { Executor } from '../../../src-main/engine/executor.ts'
import type { TensorData, Value } from '../../../src-main/engine/graph.ts'
import { normal as standardNormal } from '../../../src-main/util/rng.ts'
import { countOf } from '../../helpers/reference/nd.ts'

/** Makes the executor under test; each suite disposes its own. */
export type MakeExecutor = () => Executor | Promise<Executor>

export interface Leaf {
  readonly shape: readonly number[]
  readonly data: TensorData
  /** Shape in the program; symbolic where a test wants run-time sizes. */
  readonly declared: Shape
  readonly kind: 'input' | 'state'
}

type Leaves = Readonly<Record<string, Leaf>>

/** Golden numbers of one result; nested as it reads best. */
export type Golden = number | readonly Golden[]

export interface Expectation {
  /** Golden numbers of each output. Without them or a closed form the float64 evaluation of the expansion measures. */
  readonly outputs?: readonly Golden[]
  /** The outputs as a function of the leaves' numbers, written without the engine. */
  readonly closedForm?: (numbers: Readonly<Record<string, readonly number[]>>) => readonly (readonly number[])[]
  /** Golden gradients of Σ outputs, where a central difference means nothing (kinks, ties, poles). */
  readonly gradients?: Readonly<Record<string, Golden>>
  /** Leaves to differentiate; default: every float32 leaf. Empty for an op without gradient. */
  readonly wrt?: readonly string[]
  /** Factor on the executor's tolerance, for results that lose digits by nature. */
  readonly slack?: number
}

export interface Entry {
  /** The op under test, by its name in the table of ops. */
  readonly op: string
  readonly title: string
  readonly leaves: Leaves
  readonly build: (values: Readonly<Record<string, Value>>) => Value | readonly Value[]
  readonly expected: Expectation
}

/** One entry, with the leaves' names checked against what `build` takes. */
export function entry<Names extends string>(
  op: string,
  title: string,
  leaves: Readonly<Record<Names, Leaf>>,
  build: (values: Readonly<Record<Names, Value>>) => Value | readonly Value[],
  expected: Expectation = {},
): Entry {
  return { op, title, leaves, build: build as Entry['build'], expected }
}

function leaf(shape: readonly number[], data: TensorData): Leaf {
  if (data.length !== countOf(shape)) throw new Error(`Got ${data.length} numbers for [${shape}].`)
  return { shape, data, declared: shape, kind: 'input' }
}

export const floats = (shape: readonly number[], ...values: number[]) => leaf(shape, new Float32Array(values))
export const ints = (shape: readonly number[], ...values: number[]) => leaf(shape, new Int32Array(values))
export const bools = (shape: readonly number[], ...values: number[]) => leaf(shape, new Uint8Array(values))

/** Normal numbers, the same for the same seed. */
export function normals(shape: readonly number[], seed: number, scale = 1): Leaf {
  return leaf(
    shape,
    Float32Array.from({ length: countOf(shape) }, (_, place) => scale * standardNormal(seed, 3, place)),
  )
}

export const declaredAs = (declared: Shape, of: Leaf): Leaf => ({ ...of, declared })
export const asState = (of: Leaf): Leaf => ({ ...of, kind: 'state' })

export function flatten(golden: Golden): number[] {
  return typeof golden === 'number' ? [golden] : golden.flatMap(flatten)
}
