/** Dense float64 arrays of any dtype, small and slow: what the engine's results are held against. */
export interface Nd {
  readonly shape: readonly number[]
  readonly data: Float64Array
}

export const countOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1)

/** Fills an array from a function of the index on each axis. */
export function build(shape: readonly number[], element: (index: readonly number[]) => number): Nd {
  const data = new Float64Array(countOf(shape))
  const index = shape.map(() => 0)
  for (let flat = 0; flat < data.length; flat++) {
    data[flat] = element(index)
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      if (++index[axis]! < shape[axis]!) break
      index[axis] = 0
    }
  }
  return { shape, data }
}

/** Element at an index; axes of size 1 and missing leading axes broadcast. */
export function at({ shape, data }: Nd, index: readonly number[]): number {
  const extra = index.length - shape.length
  let flat = 0
  for (let axis = 0; axis < shape.length; axis++) {
    flat = flat * shape[axis]! + (shape[axis] === 1 ? 0 : index[axis + extra]!)
  }
  return data[flat]!
}

/** Flat place of an index that lies inside the shape. */
export function placeOf(shape: readonly number[], index: readonly number[]): number {
  return shape.reduce((place, size, axis) => place * size + index[axis]!, 0)
}

export function broadcastSizes(...shapes: (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map((shape) => shape.length))
  return Array.from({ length: rank }, (_, axis) => {
    const sizes = shapes.map((shape) => shape[axis - rank + shape.length] ?? 1)
    return sizes.find((size) => size !== 1) ?? 1
  })
}

export const withAxis = (index: readonly number[], axis: number, value: number): number[] =>
  index.map((place, other) => (other === axis ? value : place))
