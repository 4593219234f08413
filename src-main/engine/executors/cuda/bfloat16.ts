/** float32 and bfloat16 on the host: the upper half of a float32, rounded to the nearest, ties to even. */

const bits = (data: Float32Array) => new Uint32Array(data.buffer, data.byteOffset, data.length)

export function toBfloat16(data: Float32Array): Uint16Array {
  return Uint16Array.from(bits(data), (each, place) =>
    Number.isNaN(data[place]) ? 0x7fff : (each + 0x7fff + ((each >>> 16) & 1)) >>> 16,
  )
}

export function fromBfloat16(data: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(data, (each) => each << 16).buffer)
}
