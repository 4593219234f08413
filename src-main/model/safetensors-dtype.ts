/** Element types that are read: the ones trained models are stored in, and I32 for counters. */
export const elementBytes = { F32: 4, F16: 2, BF16: 2, I32: 4 } as const
export type SafetensorsDtype = keyof typeof elementBytes

export function isDtype(value: unknown): value is SafetensorsDtype {
  return typeof value === 'string' && Object.hasOwn(elementBytes, value)
}

/** Little-endian elements as float32; `bytes` starts at offset 0 of its buffer. */
export function decodeElements(bytes: Uint8Array<ArrayBuffer>, dtype: SafetensorsDtype): Float32Array<ArrayBuffer> {
  if (dtype === 'F32') return new Float32Array(bytes.buffer, 0, bytes.length / 4)
  if (dtype === 'I32') return Float32Array.from(new Int32Array(bytes.buffer, 0, bytes.length / 4))
  const halves = new Uint16Array(bytes.buffer, 0, bytes.length / 2)
  return dtype === 'BF16' ? fromBfloat16(halves) : fromFloat16(halves)
}

/** bfloat16 is the upper half of a float32. */
function fromBfloat16(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const bits = new Uint32Array(halves.length)
  for (let index = 0; index < halves.length; index++) bits[index] = halves[index]! << 16
  return new Float32Array(bits.buffer)
}

/** IEEE 754 half precision: 1 sign bit, 5 exponent bits (bias 15), 10 fraction bits. */
function fromFloat16(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const values = new Float32Array(halves.length)
  for (let index = 0; index < halves.length; index++) {
    const half = halves[index]!
    const sign = half & 0x8000 ? -1 : 1
    const exponent = (half >> 10) & 0x1f
    const fraction = half & 0x3ff
    if (exponent === 0) values[index] = sign * fraction * 2 ** -24
    else if (exponent === 31) values[index] = fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY
    else values[index] = sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
  }
  return values
}
