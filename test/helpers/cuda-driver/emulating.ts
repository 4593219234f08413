/** A driver whose card is this host: kernels run in the emulator, products are plain loops, everything at once. */

import { fromBfloat16, toBfloat16 } from '../../../src-main/engine/executors/cuda/bfloat16.ts'
import type {
  Argument,
  Card,
  Driver,
  HostData,
  Matrix,
  Product,
  Recording,
  Span,
} from '../../../src-main/engine/executors/cuda/driver.ts'
import type { Kernel, Launch } from '../../../src-main/engine/executors/cuda/kernel.ts'
import { allocate, free, memoryAt, prepareKernels, runLaunch } from '../cuda-emulator/emulator.ts'

const card: Card = {
  index: 0,
  name: 'emulated',
  capability: 80,
  multiprocessors: 4,
  memory: 2 ** 32,
  sharedBytes: 160 * 1024,
}

const bytesAt = ({ address, bytes }: Span): Uint8Array => memoryAt(BigInt(address), bytes)

/** Numbers of a matrix's whole span as float32, and how to write them back. */
function numbersOf({ storage, ...span }: Pick<Matrix, 'storage' | 'address' | 'bytes'>): Float32Array {
  const raw = bytesAt(span)
  if (storage === 'float32') return new Float32Array(raw.buffer, raw.byteOffset, raw.length / 4)
  return fromBfloat16(new Uint16Array(raw.buffer, raw.byteOffset, raw.length / 2))
}

const place = ({ rowStride, transposed }: Matrix, row: number, column: number) =>
  transposed ? column * rowStride + row : row * rowStride + column

/** One matrix of the batch as dense rows [rows, columns]. */
function denseOf(matrix: Matrix, all: Float32Array, entry: number, rows: number, columns: number): Float64Array {
  const dense = new Float64Array(rows * columns)
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      dense[row * columns + column] = all[entry * matrix.batchStride + place(matrix, row, column)]!
  return dense
}

function multiply({ m, n, k, batch, alpha, beta, a, b, c, d, bias }: Product): void {
  const [left, right, target] = [numbersOf(a), numbersOf(b), numbersOf(d)]
  const addend = c && numbersOf(c)
  const row = bias && numbersOf({ ...bias, storage: d.storage })
  for (let entry = 0; entry < batch; entry++) {
    const x = denseOf(a, left, entry, m, k)
    const y = denseOf(b, right, entry, k, n)
    const sums = new Float64Array(n)
    for (let i = 0; i < m; i++) {
      sums.fill(0)
      for (let inner = 0; inner < k; inner++) {
        const factor = x[i * k + inner]!
        for (let j = 0; j < n; j++) sums[j]! += factor * y[inner * n + j]!
      }
      for (let j = 0; j < n; j++) {
        const before = addend ? beta * addend[entry * c!.batchStride + place(c!, i, j)]! : 0
        target[entry * d.batchStride + place(d, i, j)] = alpha * sums[j]! + before + (row ? row[j]! : 0)
      }
    }
  }
  if (d.storage === 'bfloat16') bytesAt(d).set(new Uint8Array(toBfloat16(target).buffer))
}

export class EmulatingDriver implements Driver {
  readonly card = card
  readonly #blocks = new Set<number>()
  #recorded: (() => void)[] | undefined

  allocate(bytes: number): number {
    const address = Number(allocate(bytes))
    this.#blocks.add(address)
    return address
  }

  allocateHost(bytes: number): number {
    return this.allocate(bytes)
  }

  free(address: number): void {
    if (!this.#blocks.delete(address)) throw new Error(`There is no block at ${address}.`)
    free(BigInt(address))
  }

  load(kernels: readonly Kernel[]): void {
    prepareKernels(kernels)
  }

  #do(work: () => void): void {
    if (this.#recorded) this.#recorded.push(work)
    else work()
  }

  launch(launch: Launch, given: readonly Argument[]): void {
    const values = given.map((argument) => (typeof argument === 'number' ? argument : BigInt(argument.address)))
    this.#do(() => runLaunch(launch, values))
  }

  multiply(product: Product): void {
    this.#do(() => multiply(product))
  }

  fill(target: Span, byte: number): void {
    this.#do(() => bytesAt(target).fill(byte))
  }

  copy(target: Span, source: Span): void {
    this.#do(() => bytesAt(target).set(bytesAt(source)))
  }

  upload(target: Span, data: HostData): void {
    bytesAt(target).set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  }

  download(target: HostData, source: Span): void {
    new Uint8Array(target.buffer, target.byteOffset, target.byteLength).set(bytesAt(source))
  }

  order(): void {}

  record(work: () => void): Recording {
    const recorded: (() => void)[] = []
    this.#recorded = recorded
    try {
      work()
    } finally {
      this.#recorded = undefined
    }
    const runAll = () => {
      for (const each of recorded) each()
    }
    return Object.assign(runAll, { release: () => {} })
  }

  replay(recording: Recording): void {
    ;(recording as unknown as () => void)()
  }

  synchronize(): void {}

  dispose(): void {
    for (const address of [...this.#blocks]) this.free(address)
  }
}
