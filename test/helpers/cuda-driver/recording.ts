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

  launch(launch: Launch, given: readonly Argument[], stream: Stream = 'compute'): void {
    requireLaunch(launch, given.length)
    const spans = given.filter((argument) => typeof argument !== 'number')
    const reads = spans.filter(({ access }) => access !== 'write')
    const writes = spans.filter(({ access }) => access !== 'read')
    this.#do('launch', launch.kernel.name, stream, reads, writes)
  }

  multiply({ a, b, c, d, bias }: Product, stream: Stream = 'compute'): void {
    this.#do('multiply', 'multiply', stream, [a, b, ...(c ? [c] : []), ...(bias ? [bias] : [])], [d])
  }

  fill(target: Span, _byte: number, stream: Stream = 'compute'): void {
    this.#do('fill', 'fill', stream, [], [target])
  }

  copy(target: Span, source: Span, stream: Stream = 'compute'): void {
    if (source.bytes !== target.bytes) throw new Error(`A copy of ${source.bytes} to ${target.bytes} bytes.`)
    this.#do('copy', 'copy', stream, [source], [target])
  }

  upload(target: Span, data: HostData, stream: Stream = 'compute'): void {
    if (data.byteLength !== target.bytes) throw new Error(`An upload of ${data.byteLength} to ${target.bytes} bytes.`)
    if (this.#recorded) throw new Error('An upload cannot be recorded: its data would be those of the first time.')
    this.#do('upload', 'upload', stream, [], [target])
  }

  download(target: HostData, source: Span, stream: Stream = 'compute'): void {
    if (target.byteLength !== source.bytes)
      throw new Error(`A download of ${source.bytes} to ${target.byteLength} bytes.`)
    if (this.#recorded) throw new Error('A download cannot be recorded.')
    this.#do('download', 'download', stream, [source], [])
  }

  order(waiting: Stream, awaited: Stream): void {
    this.#act(() => {
      const seen = this.#seen[waiting]
      seen[awaited] = Math.max(seen[awaited], this.#length[awaited])
      for (const stream of streams) seen[stream] = Math.max(seen[stream], this.#seen[awaited][stream])
    })
  }

  record(work: () => void): Recording {
    const recorded: (() => void)[] = []
    this.#recorded = recorded
    try {
      work()
    } finally {
      this.#recorded = undefined
    }
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
