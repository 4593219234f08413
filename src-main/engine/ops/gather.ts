/** Ops that read and write at indices. */
import { type Dim, multiplyDims } from '../dims.ts'
import { apply, type Op, type Value } from '../graph.ts'
import { axisOf, pad, reshape, transpose } from './structure.ts'

function requireIndices(name: string, indices: Value): void {
  if (indices.dtype !== 'int32') throw new Error(`${name}: got ${indices.dtype} indices, expected int32.`)
}

export const gatherOp: Op = {
  name: 'gather',
  result: ([x, indices], attrs) => {
    requireIndices('gather', indices!)
    const axis = attrs.axis as number
    return { shape: [...x!.shape.slice(0, axis), ...indices!.shape, ...x!.shape.slice(axis + 1)], dtype: x!.dtype }
  },
  gradient: (value, [g]) => {
    const [x, indices] = value.inputs as [Value, Value]
    const axis = value.attrs.axis as number
    const rows = x.shape[axis]!
    const before = x.shape.slice(0, axis)
    const after = x.shape.slice(axis + 1)
    const count = multiplyDims(...indices.shape)
    const flat = reshape(g!, [...before, count, ...after])
    const front = [axis, ...flat.shape.map((_, index) => index).filter((index) => index !== axis)]
    const back = front.map((_, index) => front.indexOf(index))
    const moved = axis === 0 ? flat : transpose(flat, front)
    const sum = scatterAdd(reshape(indices, [count]), moved, rows)
    return [axis === 0 ? sum : transpose(sum, back), undefined]
  },
}

/** Entries of `x` at int32 `indices` along one axis; the axes of the indices take that axis' place. */
export function gather(x: Value, indices: Value, axis = 0): Value {
  return apply(gatherOp, [x, indices], { axis: axisOf('gather', axis, x.shape.length) })
}

export const scatterAddOp: Op = {
  name: 'scatterAdd',
  result: ([indices, updates], attrs) => {
    requireIndices('scatterAdd', indices!)
    if (indices!.shape.length !== 1 || indices!.shape[0] !== updates!.shape[0]) {
      throw new Error(
        `scatterAdd: got indices [${indices!.shape}] and updates [${updates!.shape}], expected [n] and [n, …].`,
      )
    }
    return { shape: [attrs.rows as Dim, ...updates!.shape.slice(1)], dtype: updates!.dtype }
  },
  gradient: (value, [g]) => [undefined, gather(g!, value.inputs[0]!)],
}

/** `rows` rows of zeros with row i of `updates` added at row `indices[i]`; repeated indices add up. */
export function scatterAdd(indices: Value, updates: Value, rows: Dim): Value {
  return apply(scatterAddOp, [indices, updates], { rows })
}

export const gatherLastOp: Op = {
  name: 'gatherLast',
  result: ([x, indices]) => {
    requireIndices('gatherLast', indices!)
    if (String(x!.shape.slice(0, -1)) !== String(indices!.shape.slice(0, -1))) {
      throw new Error(
        `gatherLast: got [${x!.shape}] and indices [${indices!.shape}], which differ before the last axis.`,
      )
    }
    return { shape: indices!.shape, dtype: x!.dtype }
  },
  gradient: (value, [g]) => [scatterLast(g!, value.inputs[1]!, value.inputs[0]!.shape.at(-1)!), undefined],
}

/** Elements of the last axis of x [..., n] at int32 indices [..., k]. */
export function gatherLast(x: Value, indices: Value): Value {
  return apply(gatherLastOp, [x, indices])
}

export const scatterLastOp: Op = {
  name: 'scatterLast',
  result: ([updates, indices], attrs) => {
    requireIndices('scatterLast', indices!)
    return { shape: [...updates!.shape.slice(0, -1), attrs.length as Dim], dtype: updates!.dtype }
  },
  gradient: (value, [g]) => [gatherLast(g!, value.inputs[1]!), undefined],
}

/** Zeros of last axis `length`, with updates [..., k] added at int32 indices [..., k] of that axis. */
export function scatterLast(updates: Value, indices: Value, length: Dim): Value {
  return apply(scatterLastOp, [updates, indices], { length })
}

export const pickRowsOp: Op = {
  name: 'pickRows',
  result: ([x, picks, inverse]) => {
    requireIndices('pickRows', picks!)
    requireIndices('pickRows', inverse!)
    if (String(inverse!.shape) !== String([x!.shape[0]])) {
      throw new Error(`pickRows: got rows [${x!.shape}] and inverse [${inverse!.shape}], expected one entry per row.`)
    }
    return { shape: [picks!.shape[0]!, ...x!.shape.slice(1)], dtype: x!.dtype }
  },
  gradient: ({ inputs: [, , inverse] }, [g]) => [gather(pad(g!, 0, 0, 1), inverse!), undefined, undefined],
  expand: ({ inputs: [x, picks] }) => [gather(x!, picks!)],
}

/**
 * Rows of x at int32 `picks` [n]. `inverse` [rows] holds, per row of x, its place among the picks, or n where it has
 * none: so the gradient is a gather too, which runs on all threads. A row picked again elsewhere, to fill a place that
 * nothing reads, gets no gradient from there.
 */
export function pickRows(x: Value, picks: Value, inverse: Value): Value {
  return apply(pickRowsOp, [x, picks, inverse])
}
