/** The primitive ops in float64, straight from their definitions. A composite is evaluated through its expansion. */
import type { Dim, Shape } from '../../../src-main/engine/dims.ts'
import type { Attributes, TensorData } from '../../../src-main/engine/graph.ts'
import { at, broadcastSizes, build, countOf, type Nd, placeOf, withAxis } from './nd.ts'

interface Context {
  readonly attrs: Attributes
  /** Shape of the (first) result under the sizes of this run. */
  readonly shape: readonly number[]
  readonly size: (dim: Dim) => number
}

type Primitive = (inputs: readonly Nd[], context: Context) => Nd | readonly Nd[]

const elementwise =
  (f: (...x: number[]) => number): Primitive =>
  (inputs) =>
    build(broadcastSizes(...inputs.map(({ shape }) => shape)), (index) => f(...inputs.map((x) => at(x, index))))

const comparisons: Record<string, (x: number, y: number) => boolean> = {
  equal: (x, y) => x === y,
  less: (x, y) => x < y,
  lessOrEqual: (x, y) => x <= y,
  greater: (x, y) => x > y,
}

const reduction =
  (start: number, f: (total: number, x: number) => number): Primitive =>
  ([x], { attrs, shape }) => {
    const axes = attrs.axes as readonly number[]
    const total = new Float64Array(countOf(shape)).fill(start)
    build(x!.shape, (index) => {
      const kept = attrs.keepDims
        ? index.map((place, axis) => (axes.includes(axis) ? 0 : place))
        : index.filter((_, axis) => !axes.includes(axis))
      const place = placeOf(shape, kept)
      total[place] = f(total[place]!, at(x!, index))
      return 0
    })
    return { shape, data: total }
  }

const moves: Record<string, Primitive> = {
  constant: (_, { attrs, shape }) => ({ shape, data: Float64Array.from(attrs.data as TensorData) }),
  cast: ([x], { attrs }) => {
    if (attrs.dtype === 'int32') return elementwise(Math.trunc)([x!], { attrs, shape: x!.shape, size: Number })
    return attrs.dtype === 'bool' ? build(x!.shape, (index) => Number(at(x!, index) !== 0)) : x!
  },
  reshape: ([x], { shape }) => ({ shape, data: x!.data }),
  transpose: ([x], { attrs, shape }) => {
    const order = attrs.order as readonly number[]
    return build(shape, (index) =>
      at(
        x!,
        order.map((_, axis) => index[order.indexOf(axis)]!),
      ),
    )
  },
  broadcastTo: ([x], { shape }) => build(shape, (index) => at(x!, index)),
  slice: ([x], { attrs, shape, size }) => {
    const axis = attrs.axis as number
    const start = size(attrs.start as Dim)
    return build(shape, (index) => x!.data[placeOf(x!.shape, withAxis(index, axis, index[axis]! + start))]!)
  },
  pad: ([x], { attrs, shape, size }) => {
    const axis = attrs.axis as number
    const before = size(attrs.before as Dim)
    return build(shape, (index) => {
      const source = index[axis]! - before
      const inside = source >= 0 && source < x!.shape[axis]!
      return inside ? x!.data[placeOf(x!.shape, withAxis(index, axis, source))]! : 0
    })
  },
  concat: (inputs, { attrs, shape }) => {
    const axis = attrs.axis as number
    return build(shape, (index) => {
      let source = 0
      let place = index[axis]!
      while (place >= inputs[source]!.shape[axis]!) place -= inputs[source++]!.shape[axis]!
      const { shape: sizes, data } = inputs[source]!
      return data[placeOf(sizes, withAxis(index, axis, place))]!
    })
  },
  size: (_, { attrs, size }) => build([], () => size(attrs.dim as Dim)),
  iota: (_, { shape }) => build(shape, ([place]) => place!),
}

const arithmetic: Record<string, Primitive> = {
  add: elementwise((x, y) => x! + y!),
  sub: elementwise((x, y) => x! - y!),
  mul: elementwise((x, y) => x! * y!),
  div: elementwise((x, y) => x! / y!),
  pow: elementwise((x, y) => x! ** y!),
  max: elementwise((x, y) => Math.max(x!, y!)),
  min: elementwise((x, y) => Math.min(x!, y!)),
  neg: elementwise((x) => -x!),
  exp: elementwise((x) => Math.exp(x!)),
  log: elementwise((x) => Math.log(x!)),
  sqrt: elementwise((x) => Math.sqrt(x!)),
  abs: elementwise((x) => Math.abs(x!)),
  sign: elementwise((x) => Math.sign(x!)),
  sigmoid: elementwise((x) => 1 / (1 + Math.exp(-x!))),
  where: elementwise((condition, x, y) => (condition ? x! : y!)),
  compare: (inputs, context) =>
    elementwise((x, y) => Number(comparisons[context.attrs.kind as string]!(x!, y!)))(inputs, context),
}

const lastAxis = (x: Nd) => x.shape.at(-1)!

/** Indices of a row's elements, largest first, ties in order. */
function ranked(x: Nd, row: readonly number[]): number[] {
  const value = (place: number) => x.data[placeOf(x.shape, [...row, place])]!
  return Array.from({ length: lastAxis(x) }, (_, place) => place).sort((a, b) => value(b) - value(a) || a - b)
}

const statistics: Record<string, Primitive> = {
  reduceSum: reduction(0, (total, x) => total + x),
  reduceMax: reduction(Number.NEGATIVE_INFINITY, Math.max),
  cumsum: ([x], { attrs, shape }) => {
    const axis = attrs.axis as number
    return build(shape, (index) => {
      const here = index[axis]!
      let total = 0
      for (let place = 0; place < shape[axis]!; place++) {
        const counted = place === here ? !attrs.exclusive : attrs.reverse ? place > here : place < here
        if (counted) total += at(x!, withAxis(index, axis, place))
      }
      return total
    })
  },
  topK: ([x], { shape }) => {
    const indices = build(shape, (index) => ranked(x!, index.slice(0, -1))[index.at(-1)!]!)
    const values = build(shape, (index) => {
      const place = indices.data[placeOf(shape, index)]!
      return x!.data[placeOf(x!.shape, [...index.slice(0, -1), place])]!
    })
    return [values, indices]
  },
  argmax: ([x], { shape }) => build(shape, (index) => ranked(x!, index)[0]!),
}

/** Zeros with updates added at the places that `target` names. */
function scatter(shape: Shape, updates: Nd, target: (index: readonly number[]) => number[]): Nd {
  const sizes = shape as readonly number[]
  const data = new Float64Array(countOf(sizes))
  build(updates.shape, (index) => {
    data[placeOf(sizes, target(index))]! += updates.data[placeOf(updates.shape, index)]!
    return 0
  })
  return { shape: sizes, data }
}

const indexed: Record<string, Primitive> = {
  gather: ([x, indices], { attrs, shape }) => {
    const axis = attrs.axis as number
    const rank = indices!.shape.length
    return build(shape, (index) => {
      const place = indices!.data[placeOf(indices!.shape, index.slice(axis, axis + rank))]!
      return x!.data[placeOf(x!.shape, [...index.slice(0, axis), place, ...index.slice(axis + rank)])]!
    })
  },
  scatterAdd: ([indices, updates], { shape }) =>
    scatter(shape, updates!, ([row, ...rest]) => [indices!.data[row!]!, ...rest]),
  gatherLast: ([x, indices], { shape }) =>
    build(shape, (index) => {
      const place = indices!.data[placeOf(indices!.shape, index)]!
      return x!.data[placeOf(x!.shape, [...index.slice(0, -1), place])]!
    }),
  scatterLast: ([updates, indices], { shape }) =>
    scatter(shape, updates!, (index) => [...index.slice(0, -1), indices!.data[placeOf(indices!.shape, index)]!]),
}

const products: Record<string, Primitive> = {
  matmul: ([a, b], { attrs, shape }) => {
    const { transA, transB, alpha } = attrs as { transA: boolean; transB: boolean; alpha: number }
    const inner = a!.shape.at(transA ? -2 : -1)!
    return build(shape, (index) => {
      const [row, column] = index.slice(-2) as [number, number]
      const batch = index.slice(0, -2)
      let total = 0
      for (let place = 0; place < inner; place++) {
        const left = at(a!, [...batch, ...(transA ? [place, row] : [row, place])])
        total += left * at(b!, [...batch, ...(transB ? [column, place] : [place, column])])
      }
      return alpha * total
    })
  },
}

export const primitives: Readonly<Record<string, Primitive>> = {
  ...moves,
  ...arithmetic,
  ...statistics,
  ...indexed,
  ...products,
}
