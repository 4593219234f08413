/** Dropout (Srivastava et al. 2014) whose randomness is fed: the mask is a pure function of keys of its rows. */
import { apply, type Op, scalar, type Value } from '../graph.ts'
import { add, compare, div, mul, sub, where } from './elementwise.ts'
import { matmul } from './matmul.ts'
import { cast } from './structure.ts'

/**
 * A prime small enough that all of the arithmetic below is exact in float32: keys and table entries are whole numbers
 * below it, so their sums of three products stay under 2²⁴ and quotients stay apart from their neighbours.
 */
export const dropoutModulus = 1021

/** What makes up for `hidden` of the remainders being hidden. */
export const keptFactor = (hidden: number): number => dropoutModulus / (dropoutModulus - hidden)

export const dropoutMaskOp: Op = {
  name: 'dropoutMask',
  result: ([keys, table]) => {
    if (keys!.shape.length !== 2 || keys!.shape[1] !== 3 || table!.shape.length !== 2 || table!.shape[1] !== 3) {
      throw new Error(`dropoutMask: got keys [${keys!.shape}] and table [${table!.shape}], expected [n, 3] each.`)
    }
    return { shape: [keys!.shape[0]!, table!.shape[0]!], dtype: 'float32' }
  },
  expand: ({ inputs: [keys, table], attrs }) => {
    const sum = matmul(keys!, table!, { transB: true })
    const whole = cast(cast(div(add(sum, 0.5), dropoutModulus), 'int32'), 'float32')
    const remainder = sub(sum, mul(whole, dropoutModulus))
    const hidden = attrs.hidden as number
    return [where(compare(remainder, hidden, 'less'), scalar(0), scalar(keptFactor(hidden)))]
  },
}

/**
 * Factors [rows, width] of 0 in a share `rate` of the places (to the nearest 1/1021) and 1 / (1 − share) in the others.
 * keys [rows, 3] are two random numbers below `dropoutModulus` and a 1; table [width, 3] random numbers below it, the
 * first two not 0. Place (r, c) depends on (keys[r] · table[c]) mod 1021: uniform, and independent over columns and over
 * any three rows whose keys are in general position.
 */
export function dropoutMask(keys: Value, table: Value, rate: number): Value {
  return apply(dropoutMaskOp, [keys, table], { hidden: Math.round(rate * dropoutModulus) })
}
