/** Element types that are read: the ones trained models are stored in, and I32 for counters. */
export const elementBytes = { F32: 4, F16: 2, BF16: 2, I32: 4 } as const
export type SafetensorsDtype = keyof typeof elementBytes

export function isDtype(value: unknown): value is SafetensorsDtype {
  return typeof value === 'string' && Object.hasOwn(elementBytes, value)
}

/** Little-endian elements as float32; `bytes` starts at offset 0 of its buffer. */
export function decodeElements(bytes: Uint8Array<ArrayBuffer>, dtype: SafetensorsDtype): Float32Array<ArrayBuffer> {
  const { buffer, length } = bytes
  if (dtype === 'F32') return new Float32Array(buffer, 0, length / 4)
  if (dtype === 'I32') return Float32Array.from(new Int32Array(buffer, 0, length / 4))
  if (dtype === 'F16') return new Float32Array(new Float16Array(buffer, 0, length / 2))
  return fromBfloat16(new Uint16Array(buffer, 0, length / 2))
}

/** Elements as the little-endian bytes of a type, rounded to nearest (ties to even) where it is narrower. */
export function encodeElements(data: Float32Array | Int32Array, dtype: SafetensorsDtype): Uint8Array {
  if (data instanceof Int32Array || dtype === 'F32')
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  if (dtype === 'F16') return new Uint8Array(new Float16Array(data).buffer)
  return new Uint8Array(toBfloat16(data).buffer)
}

/** bfloat16 is the upper half of a float32. */
function fromBfloat16(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const bits = new Uint32Array(halves.length)
  for (let index = 0; index < halves.length; index++) bits[index] = halves[index]! << 16
  return new Float32Array(bits.buffer)
}

function toBfloat16(values: Float32Array): Uint16Array<ArrayBuffer> {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length)
  const halves = new Uint16Array(values.length)
  for (let index = 0; index < values.length; index++) {
    const word = bits[index]!
    const isNotANumber = (word & 0x7fffffff) > 0x7f800000
    // Rounding could carry a NaN over into infinity.
    halves[index] = isNotANumber ? (word >>> 16) | 0x40 : (word + 0x7fff + ((word >>> 16) & 1)) >>> 16
  }
  return halves
}
