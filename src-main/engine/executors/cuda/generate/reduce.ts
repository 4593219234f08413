/**
 * A kernel that sums, or takes the largest of, an elementwise expression over some axes. A block holds `across` results
 * side by side and `along` threads for each, which walk the reduced axes; long reductions are cut in `pieces`, whose
 * results a second pass reduces again.
 */
import { sizeOfShape } from '../../../dims.ts'
import type { Value } from '../../../graph.ts'
import { broadcastView, collapseAxes, type View } from '../view.ts'
import { type Elementwise, type Generated, needsWide } from './map.ts'
import { scalarTypes, storeCode } from './scalar.ts'
import { coordinates, kernelOf, Parameters, placeOf, scalarStatements } from './text.ts'

export interface Reduction extends Omit<Elementwise, 'results'> {
  readonly kind: 'reduceSum' | 'reduceMax'
  readonly axes: readonly number[]
  /** A member, or an operand. */
  readonly reduced: Value
  /** Dense: [results] or, with several pieces, [results, pieces]. */
  readonly result: View
  readonly pieces: number
}

const smallest = { float32: '__int_as_float(0xff800000)', int32: '(-2147483647 - 1)', bool: 'false' } as const

const largerOf = 'b > a || b != b ? b : a'

/** Text: how two partial results become one. A NaN stays. */
const combine = (kind: Reduction['kind'], a: string, b: string) =>
  kind === 'reduceSum' ? `${a} + ${b}` : `(${largerOf.replaceAll(/\b[ab]\b/g, (name) => (name === 'a' ? a : b))})`

interface Geometry {
  readonly across: number
  readonly along: number
}

/** Neighbouring threads should read neighbouring numbers: along the reduced axis, or across results where those are. */
function geometryOf(results: number, count: number, acrossIsContiguous: boolean): Geometry {
  if (acrossIsContiguous && results >= 32) return { across: 32, along: 8 }
  if (count <= 32) return { across: 8, along: 32 }
  return { across: 1, along: 256 }
}

/** How many pieces a reduction is cut in, so that few results over many numbers still fill a card. */
export function piecesFor(results: number, count: number): number {
  const wanted = Math.floor(512 / Math.max(1, results))
  return Math.max(1, Math.min(wanted, Math.floor(count / 4096)))
}

interface Axes {
  readonly shape: readonly number[]
  readonly strides: readonly (readonly number[])[]
}

function axesOf(shape: readonly number[], views: readonly View[], wanted: (axis: number) => boolean): Axes {
  const axes = shape.map((_, axis) => axis).filter(wanted)
  return collapseAxes(
    axes.map((axis) => shape[axis]!),
    views.map(({ strides }) => axes.map((axis) => strides[axis]!)),
  )
}

export function reduceKernel(reduction: Reduction): Generated {
  const { shape, members, operands, axes, kind, reduced, result, pieces } = reduction
  const views = operands.map(({ view }) => broadcastView(view, shape))
  const kept = axesOf(shape, views, (axis) => !axes.includes(axis))
  const inner = axesOf(shape, views, (axis) => axes.includes(axis))
  const [results, count] = [sizeOfShape(kept.shape), sizeOfShape(inner.shape)]
  const contiguous = kept.strides.some((strides) => strides.at(-1) === 1)
  const geometry = geometryOf(results, count, contiguous && !inner.strides.some((strides) => strides.at(-1) === 1))
  const wide = needsWide(results * pieces, views) || count >= 2 ** 31
  const parameters = new Parameters()
  parameters.number('results', results, wide)
  parameters.number('pieces', pieces, false)
  parameters.number('count', count, wide)
  const outer = coordinates('o', 'k', kept.shape, parameters, wide)
  const walk = coordinates('r', 'c', inner.shape, parameters, wide)
  const bases = views.map((_, index) =>
    placeOf({ name: `b${index}`, strides: kept.strides[index]! }, (axis) => `k${axis}`, parameters, wide),
  )
  const places = views.map((_, index) =>
    placeOf({ name: `p${index}`, strides: inner.strides[index]! }, (axis) => `c${axis}`, parameters, wide),
  )
  const loaded = operands.map(({ value, view }, index) => ({
    value,
    storage: view.buffer.storage,
    pointer: parameters.pointer(`p${index}`, view.buffer.storage, 'read'),
    place: `base${index} + ${places[index]}`,
  }))
  const { text, nameOf } = scalarStatements(members, loaded)
  const target = parameters.pointer('target', result.buffer.storage, 'write')
  const body = bodyOf(kind, reduced, geometry, {
    type: wide ? 'long long' : 'int',
    outer: outer + bases.map((base, index) => `const ${wide ? 'long long' : 'int'} base${index} = ${base};\n`).join(''),
    inner: walk + text,
    scalar: nameOf(reduced),
    store: storeCode(result.buffer.storage, `${target}[o * pieces + piece]`, 'total'),
  })
  const blocks = Math.min(65_535, Math.ceil(results / geometry.across) * pieces)
  return {
    launch: {
      kernel: kernelOf('reduce', parameters, body),
      grid: [Math.max(1, blocks), 1, 1],
      block: [geometry.across, geometry.along, 1],
      sharedBytes: 0,
    },
    numbers: parameters.given as number[],
  }
}

interface Texts {
  readonly type: string
  readonly outer: string
  readonly inner: string
  readonly scalar: string
  readonly store: string
}

function bodyOf(kind: Reduction['kind'], { dtype }: Value, { across, along }: Geometry, texts: Texts): string {
  const { type, outer, inner, scalar, store } = texts
  const number = dtype === 'bool' ? 'bool' : scalarTypes[dtype]
  const identity = kind === 'reduceSum' ? `(${number})0` : smallest[dtype]
  const mine = `partial[threadIdx.y][threadIdx.x]`
  return `__shared__ ${number} partial[${along}][${across}];
const ${type} groups = (results + ${across - 1}) / ${across};
for (${type} task = blockIdx.x; task < groups * pieces; task += gridDim.x) {
const int piece = task % pieces;
const ${type} o = task / pieces * ${across} + threadIdx.x;
${number} sum = ${identity};
if (o < results) {
${outer}for (${type} r = (${type})piece * ${along} + threadIdx.y; r < count; r += (${type})pieces * ${along}) {
${inner}sum = ${combine(kind, 'sum', scalar)};
}
}
${mine} = sum;
__syncthreads();
for (int half = ${along / 2}; half > 0; half /= 2) {
if (threadIdx.y < half) ${mine} = ${combine(kind, mine, 'partial[threadIdx.y + half][threadIdx.x]')};
__syncthreads();
}
if (threadIdx.y == 0 && o < results) {
const ${number} total = partial[0][threadIdx.x];
${store}
}
__syncthreads();
}
`
}
