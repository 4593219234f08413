/** Device memory of a kernel's test: tensors in, tensors out, and every launch run twice, in both thread orders where there are two. */
import type { Storage } from '../../../src-main/engine/executors/cuda/kernels/prelude.ts'
import { machine, type Step } from './machine.ts'

const bytesOf = { float32: 4, bfloat16: 2 } as const

/** To the nearest bf16, ties to even. */
function roundBf16(x: number): number {
  const bits = new Uint32Array(Float32Array.of(x).buffer)
  if (Number.isNaN(x)) return x
  bits[0] = ((bits[0]! + 0x7fff + ((bits[0]! >>> 16) & 1)) & 0xffff0000) >>> 0
  return new Float32Array(bits.buffer)[0]!
}

/** The numbers as a tensor of this storage holds them. */
export function rounded(numbers: readonly number[] | Float32Array, storage: Storage): number[] {
  return Array.from(numbers, storage === 'float32' ? Math.fround : roundBf16)
}

export class Device {
  readonly #sizes = new Map<bigint, number>()

  /** Memory full of NaN. */
  empty(bytes: number): bigint {
    const address = machine().allocate(bytes)
    this.#sizes.set(address, bytes)
    return address
  }

  floats(numbers: readonly number[] | Float32Array, storage: Storage = 'float32'): bigint {
    const address = this.empty(numbers.length * bytesOf[storage])
    const floats = Float32Array.from(numbers)
    if (storage === 'float32') this.#write(address, floats)
    else
      this.#write(
        address,
        Uint16Array.from(floats, (x) => new Uint32Array(Float32Array.of(roundBf16(x)).buffer)[0]! >>> 16),
      )
    return address
  }

  ints(numbers: readonly number[] | Int32Array): bigint {
    const address = this.empty(numbers.length * 4)
    this.#write(address, Int32Array.from(numbers))
    return address
  }

  /** Room for `count` numbers, full of NaN. */
  room(count: number, storage: Storage = 'float32'): bigint {
    return this.empty(count * bytesOf[storage])
  }

  readFloats(address: bigint, count: number, storage: Storage = 'float32'): number[] {
    const bytes = machine().read(address, count * bytesOf[storage]).buffer as ArrayBuffer
    if (storage === 'float32') return [...new Float32Array(bytes)]
    return Array.from(new Uint16Array(bytes), (bits) => new Float32Array(Uint32Array.of(bits << 16).buffer)[0]!)
  }

  readInts(address: bigint, count: number): number[] {
    return [...new Int32Array(machine().read(address, count * 4).buffer as ArrayBuffer)]
  }

  /** Runs launches one after another, then all again from the same memory, threads in reverse order; the two must agree. */
  run(...steps: readonly Step[]): void {
    const before = this.#snapshot()
    machine().run(steps, 'forward')
    const forward = this.#snapshot()
    for (const [address, bytes] of before) machine().write(address, bytes)
    machine().run(steps, 'backward')
    for (const [address, bytes] of forward)
      if (Buffer.compare(bytes, machine().read(address, bytes.length)) !== 0)
        throw new Error(`${steps.map(([{ kernel }]) => kernel.name)}: the result depends on the order of threads.`)
  }

  /** Frees everything. */
  release(): void {
    for (const address of this.#sizes.keys()) machine().free(address)
    this.#sizes.clear()
  }

  #snapshot(): Map<bigint, Uint8Array> {
    return new Map(Array.from(this.#sizes, ([address, bytes]) => [address, machine().read(address, bytes)]))
  }

  #write(address: bigint, data: NodeJS.TypedArray): void {
    machine().write(address, new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  }
}

/** ‖actual − expected‖ / ‖expected‖; NaN where anything is NaN. */
export function distance(actual: readonly number[], expected: readonly number[]): number {
  if (actual.length !== expected.length) return Number.NaN
  const square = (numbers: readonly number[]) => numbers.reduce((sum, x) => sum + x * x, 0)
  const difference = square(actual.map((x, place) => x - expected[place]!))
  const norm = square(expected)
  return norm === 0 ? Math.sqrt(difference) : Math.sqrt(difference / norm)
}
