/**
 * A driver without a card that writes down what it is asked to do and refuses what no card would forgive: memory that was
 * given back or never allocated, touches beyond a block's end, and two streams on the same bytes without an order between
 * them. It computes nothing: what is read back are zeros.
 */
import {
  type Argument,
  type Card,
  type Driver,
  type HostData,
  OutOfDeviceMemory,
  type PointerArgument,
  type Product,
  type Recording,
  type Span,
  type Stream,
} from '../../../src-main/engine/executors/cuda/driver.ts'
import { type Kernel, type Launch, requireLaunch } from '../../../src-main/engine/executors/cuda/kernel.ts'

export interface Recorded {
  readonly kind: 'launch' | 'multiply' | 'fill' | 'copy' | 'upload' | 'download'
  /** The kernel's name, or the kind. */
  readonly name: string
  readonly stream: Stream
  readonly reads: readonly Span[]
  readonly writes: readonly Span[]
}

interface Event extends Recorded {
  /** Events of each stream that are known to be over when this one begins. */
  readonly after: Readonly<Record<Stream, number>>
  readonly index: number
}

const streams = ['compute', 'upload', 'download'] as const satisfies readonly Stream[]
const perStream = <Of>(make: () => Of): Record<Stream, Of> => ({ compute: make(), upload: make(), download: make() })

const overlap = (a: Span, b: Span) =>
  a.bytes > 0 && b.bytes > 0 && a.address < b.address + b.bytes && b.address < a.address + a.bytes

export interface RecordingOptions {
  readonly memory?: number
  readonly capability?: number
}

export class RecordingDriver implements Driver {
  readonly card: Card
  readonly work: Event[] = []
  readonly loaded = new Set<string>()
  readonly blocks = new Map<number, number>()
  allocations = 0
  recordings = 0
  replays = 0
  #next = 2 ** 32
  #recorded: (() => void)[] | undefined
  readonly #uploaded = new Map<number, Uint8Array>()
  #joined = new Set<Stream>()
  /** Streams with work that the compute stream has not waited for. */
  readonly #loose = new Set<Stream>()
  /** How much of the other stream each stream has waited for, and how long each is. */
  readonly #seen = perStream(() => perStream(() => 0))
  readonly #length = perStream(() => 0)

  constructor({ memory = 2 ** 34, capability = 90 }: RecordingOptions = {}) {
    this.card = { index: 0, name: 'recorded', capability, multiprocessors: 132, memory, sharedBytes: 232_448 }
  }

  get used(): number {
    return [...this.blocks.values()].reduce((sum, bytes) => sum + bytes, 0)
  }

  allocate(bytes: number): number {
    if (this.used + bytes > this.card.memory) throw new OutOfDeviceMemory(this.card, bytes)
    const address = this.#next
    // Never the same address twice, and room between blocks, so that a touch beyond an end lies in none.
    this.#next += Math.ceil((bytes + 4096) / 4096) * 4096
    this.blocks.set(address, bytes)
    this.allocations++
    return address
  }

  allocateHost(bytes: number): number {
    return this.allocate(bytes)
  }

  free(address: number): void {
    if (!this.blocks.delete(address)) throw new Error(`There is no block at ${address}.`)
  }

  load(kernels: readonly Kernel[]): void {
    for (const { name } of kernels) this.loaded.add(name)
  }

  #requireLive(name: string, { address, bytes }: Span): void {
    if (bytes === 0) return
    for (const [start, size] of this.blocks) if (address >= start && address + bytes <= start + size) return
    throw new Error(`${name} touches ${bytes} bytes at ${address}, which lie in no block.`)
  }

  #do(kind: Recorded['kind'], name: string, stream: Stream, reads: readonly Span[], writes: readonly Span[]): void {
    if (this.#recorded && !this.#joined.has(stream)) throw new Error(`${name} is on ${stream}, which is not recorded.`)
    if (stream !== 'compute') this.#loose.add(stream)
    this.#act(() => {
      for (const span of [...reads, ...writes]) this.#requireLive(name, span)
      const event = {
        kind,
        name,
        stream,
        reads,
        writes,
        after: { ...this.#seen[stream] },
        index: this.#length[stream]++,
      }
      this.#requireOrder(event)
      this.work.push(event)
    })
  }

  /** Streams take part in a recording from when they wait for one that does. */
  #join(waiting: Stream, awaited: Stream): void {
    if (!this.#recorded) return
    if (!this.#joined.has(awaited))
      throw new Error(`${waiting} waits for ${awaited}, which the recording has no part in.`)
    this.#joined.add(waiting)
    if (waiting === 'compute') this.#loose.delete(awaited)
  }

  #act(act: () => void): void {
    if (this.#recorded) this.#recorded.push(act)
    else act()
  }

  /** Work of the other stream that this one has not waited for must not touch what it touches. */
  #requireOrder(event: Event): void {
    const unordered = this.work.filter(({ stream, index }) => stream !== event.stream && index >= event.after[stream])
    for (const other of unordered) {
      const clash =
        event.writes.some((span) => [...other.reads, ...other.writes].some((each) => overlap(span, each))) ||
        event.reads.some((span) => other.writes.some((each) => overlap(span, each)))
      if (clash) throw new Error(`${event.name} on ${event.stream} races with ${other.name} on ${other.stream}.`)
    }
  }

  launch(launch: Launch, given: readonly Argument[]): void {
    requireLaunch(launch, given.length)
    const pointers = given.filter((argument) => typeof argument !== 'number')
    const spans = launch.kernel.name.startsWith('adamw') ? [...pointers, ...this.#throughTable(pointers)] : pointers
    const reads = spans.filter(({ access }) => access !== 'write')
    const writes = spans.filter(({ access }) => access !== 'read')
    this.#do('launch', launch.kernel.name, 'compute', reads, writes)
  }

  /** What AdamW touches through its tables of tensors and of pieces. */
  #throughTable([table, list]: readonly PointerArgument[]): PointerArgument[] {
    const tensors = new BigInt64Array(this.#uploadedAt(table!).slice().buffer)
    const pieces = new Int32Array(this.#uploadedAt(list!).slice().buffer)
    const rows = new Set(pieces.filter((_, place) => place % 2 === 0))
    return [...rows].flatMap((row) => {
      const [parameter, gradient, first, second, , elements] = [...tensors.slice(6 * row, 6 * row + 6)].map(Number)
      const at = (address: number, access: PointerArgument['access']) => ({ address, bytes: 4 * elements!, access })
      return [...[at(parameter!, 'update'), at(gradient!, 'read'), at(first!, 'update'), at(second!, 'update')]]
    })
  }

  #uploadedAt({ address, bytes }: Span): Uint8Array {
    for (const [start, data] of this.#uploaded)
      if (address >= start && address + bytes <= start + data.length)
        return data.subarray(address - start, address - start + bytes)
    throw new Error(`Nothing was uploaded to ${bytes} bytes at ${address}.`)
  }

  multiply({ a, b, c, d, bias }: Product): void {
    this.#do('multiply', 'multiply', 'compute', [a, b, ...(c ? [c] : []), ...(bias ? [bias] : [])], [d])
  }

  fill(target: Span, _byte: number): void {
    this.#do('fill', 'fill', 'compute', [], [target])
  }

  copy(target: Span, source: Span, stream: Stream = 'compute'): void {
    if (source.bytes !== target.bytes) throw new Error(`A copy of ${source.bytes} to ${target.bytes} bytes.`)
    this.#do('copy', 'copy', stream, [source], [target])
  }

  upload(target: Span, data: HostData): void {
    if (data.byteLength !== target.bytes) throw new Error(`An upload of ${data.byteLength} to ${target.bytes} bytes.`)
    if (this.#recorded) throw new Error('An upload cannot be recorded: its data would be those of the first time.')
    this.#uploaded.set(target.address, new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice())
    this.#do('upload', 'upload', 'compute', [], [target])
  }

  download(target: HostData, source: Span): void {
    if (target.byteLength !== source.bytes)
      throw new Error(`A download of ${source.bytes} to ${target.byteLength} bytes.`)
    if (this.#recorded) throw new Error('A download cannot be recorded.')
    this.#do('download', 'download', 'compute', [source], [])
  }

  order(waiting: Stream, awaited: Stream): void {
    this.#join(waiting, awaited)
    this.#act(() => {
      const seen = this.#seen[waiting]
      seen[awaited] = Math.max(seen[awaited], this.#length[awaited])
      for (const stream of streams) seen[stream] = Math.max(seen[stream], this.#seen[awaited][stream])
    })
  }

  record(work: () => void): Recording {
    const recorded: (() => void)[] = []
    this.#recorded = recorded
    this.#joined = new Set(['compute'])
    this.#loose.clear()
    try {
      work()
    } finally {
      this.#recorded = undefined
    }
    for (const stream of this.#loose) throw new Error(`A recording ends before ${stream} does.`)
    this.recordings++
    return Object.assign({ release: () => {} }, { recorded })
  }

  replay(recording: Recording): void {
    this.replays++
    for (const act of (recording as Recording & { recorded: (() => void)[] }).recorded) act()
  }

  synchronize(): void {
    for (const waiting of streams) for (const awaited of streams) this.order(waiting, awaited)
  }

  dispose(): void {
    this.blocks.clear()
  }
}
