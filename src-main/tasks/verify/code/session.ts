import type { Readable, Writable } from 'node:stream'

/** The process at the other end of a session, whatever contains it. */
export interface HarnessProcess {
  readonly toProgram: Writable
  readonly fromProgram: Readable
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>
  kill(): void
}

export interface Frame {
  readonly header: Readonly<Record<string, unknown>>
  readonly body: Buffer
}

/** What came of waiting for a frame. `garbled`: the program wrote into the channel, or more than a frame may hold. */
export type Reply =
  | ({ readonly kind: 'frame' } & Frame)
  | { readonly kind: 'timeout' }
  | { readonly kind: 'garbled' }
  | { readonly kind: 'ended'; readonly code: number | null; readonly signal: NodeJS.Signals | null }

const longestHeader = 1 << 16
const longestBody = 48 << 20

/** Frames to and from a harness (channel.py): two lengths, a JSON header, a body. Anything odd ends the process. */
export class Session {
  readonly #process: HarnessProcess
  #chunks: Buffer[] = []
  #bytes = 0
  #needed = 8
  #over = false
  #waiting: ((reply: Reply) => void) | undefined
  #arrived: Reply[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(process: HarnessProcess) {
    this.#process = process
    process.fromProgram.on('data', (chunk: Buffer) => this.#take(chunk))
    process.ended.then(
      ({ code, signal }) => this.#give({ kind: 'ended', code, signal }),
      () => this.#give({ kind: 'ended', code: null, signal: null }),
    )
  }

  send(header: Readonly<Record<string, unknown>>, body: string | Uint8Array = ''): void {
    const head = Buffer.from(JSON.stringify(header))
    const tail = typeof body === 'string' ? Buffer.from(body) : body
    const lengths = Buffer.alloc(8)
    lengths.writeUInt32BE(head.length, 0)
    lengths.writeUInt32BE(tail.length, 4)
    this.#process.toProgram.write(Buffer.concat([lengths, head, tail]))
  }

  /** The next frame, or what happened instead. After anything but a frame the session is over. */
  async next(timeMs: number): Promise<Reply> {
    const first = this.#arrived.shift()
    if (first) return first
    return new Promise((resolve) => {
      this.#waiting = resolve
      this.#timer = setTimeout(() => {
        this.#process.kill()
        this.#give({ kind: 'timeout' })
      }, timeMs)
    })
  }

  /** Ends the process and waits until it is gone. */
  async close(): Promise<void> {
    this.#process.kill()
    await this.#process.ended.catch(() => {})
  }

  #take(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#bytes += chunk.length
    while (this.#bytes >= this.#needed && this.#takeFrame(Buffer.concat(this.#chunks)));
  }

  /** Gives one frame from the start of the data; false when there is none yet, or never will be. */
  #takeFrame(data: Buffer): boolean {
    const headerLength = data.readUInt32BE(0)
    const bodyLength = data.readUInt32BE(4)
    const frameLength = 8 + headerLength + bodyLength
    this.#chunks = [data]
    this.#needed = frameLength
    if (headerLength > longestHeader || bodyLength > longestBody) this.#garbled()
    if (this.#over || data.length < frameLength) return false
    const header = parseHeader(data.subarray(8, 8 + headerLength))
    if (header === null) {
      this.#garbled()
      return false
    }
    this.#chunks = [data.subarray(frameLength)]
    this.#bytes -= frameLength
    this.#needed = 8
    this.#give({ kind: 'frame', header, body: data.subarray(8 + headerLength, frameLength) })
    return true
  }

  #garbled(): void {
    this.#over = true
    this.#process.kill()
    this.#process.fromProgram.removeAllListeners('data').resume()
    this.#give({ kind: 'garbled' })
  }

  #give(reply: Reply): void {
    clearTimeout(this.#timer)
    const waiting = this.#waiting
    this.#waiting = undefined
    if (waiting) waiting(reply)
    else if (this.#arrived.length < 4) this.#arrived.push(reply)
  }
}

function parseHeader(bytes: Buffer): Record<string, unknown> | null {
  try {
    const header: unknown = JSON.parse(bytes.toString())
    return typeof header === 'object' && header !== null ? (header as Record<string, unknown>) : null
  } catch {
    return null
  }
}
