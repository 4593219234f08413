import { dropoutMask } from '../../../src-main/engine/ops/dropout.ts'
import { asState, declaredAs, type Entry, entry, floats } from './entry.ts'

const modulus = 1021

/** The largest numbers that occur, the smallest, and a product just at, below and above a multiple of the modulus. */
const keys = declaredAs(['rows', 3], floats([5, 3], 1020, 1020, 1, 0, 0, 1, 2, 510, 1, 1, 1020, 1, 511, 3, 1))
const table = asState(floats([6, 3], 1020, 1020, 1020, 1, 1, 0, 2, 2, 1, 511, 1, 0, 3, 700, 5, 1020, 1, 1019))

export const dropoutEntries: readonly Entry[] = [0, 0.1, 0.5].map((rate) =>
  entry('dropoutMask', `a rate of ${rate}`, { keys, table }, (v) => dropoutMask(v.keys, v.table, rate), {
    wrt: [],
    closedForm: ({ keys, table }) => {
      const hidden = Math.round(rate * modulus)
      const dot = (row: number, column: number) =>
        [0, 1, 2].reduce((sum, term) => sum + keys![row * 3 + term]! * table![column * 3 + term]!, 0)
      const places = Array.from({ length: 30 }, (_, place) => dot(Math.floor(place / 6), place % 6) % modulus)
      return [places.map((place) => (place < hidden ? 0 : modulus / (modulus - hidden)))]
    },
  }),
)
