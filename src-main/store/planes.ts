/** Columns of integers as planes of bytes: a compressor finds more in them. */

export const plane = (column: Uint32Array | Uint16Array, index: number): Uint8Array =>
  Uint8Array.from(column, (value) => (value >>> (8 * index)) & 0xff)

/** The `width` low bytes of a column, the lowest first. */
export const planes = (column: Uint32Array | Uint16Array, width: number): Uint8Array[] =>
  Array.from({ length: width }, (_, index) => plane(column, index))

/** The column that at most four planes were made of. */
export function joined(bytePlanes: readonly Uint8Array[], count: number): Uint32Array<ArrayBuffer> {
  const column = new Uint32Array(count)
  // Plain loops: a response of tens of thousands of tokens is read in a moment.
  for (const [at, bytes] of bytePlanes.entries())
    for (let i = 0; i < count; i++) column[i] = column[i]! | (bytes[i]! << (8 * at))
  return column
}

export const halves = (column: Float32Array): Uint16Array => new Uint16Array(Float16Array.from(column).buffer)
export const floats = (bits: Uint16Array<ArrayBuffer>): Float32Array => Float32Array.from(new Float16Array(bits.buffer))
