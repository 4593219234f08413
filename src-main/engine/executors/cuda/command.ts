/** Pieces of a plan: work on buffers whose addresses a run fills in. */
import type { Address, Driver, Matrix, PointerArgument, Product, Span, Stream } from './driver.ts'
import { storageBytes } from './driver.ts'
import type { Kernel, Launch } from './kernel.ts'
import { type Buffer, touchedElements, type View } from './view.ts'

/** Bytes of a buffer that a command reads or writes. */
export interface Touch {
  readonly buffer: Buffer
  readonly from: number
  readonly bytes: number
  readonly access: PointerArgument['access']
}

export type AddressOf = (buffer: Buffer) => Address

export interface Command {
  /** The op it computes, for errors and profiles. */
  readonly what: string
  readonly touches: readonly Touch[]
  readonly kernel?: Kernel
  /** Results that may lie where an operand lay that nothing reads afterwards. */
  readonly mayShare?: readonly { readonly operand: Buffer; readonly result: Buffer }[]
  /** What has to be on the device before the run's work, and cannot be recorded with it. */
  readonly prepare?: (driver: Driver, addressOf: AddressOf) => void
  readonly run: (driver: Driver, addressOf: AddressOf) => void
}

export type Given = number | Touch

export const touchOf = (view: View, access: Touch['access']): Touch => ({
  buffer: view.buffer,
  from: view.offset * storageBytes[view.buffer.storage],
  bytes: touchedElements(view) * storageBytes[view.buffer.storage],
  access,
})

export const reads = (view: View): Touch => touchOf(view, 'read')
export const writes = (view: View): Touch => touchOf(view, 'write')
export const updates = (view: View): Touch => touchOf(view, 'update')

export const spanOf = ({ buffer, from, bytes }: Touch, addressOf: AddressOf): Span => ({
  address: addressOf(buffer) + from,
  bytes,
})

const isTouch = (given: Given): given is Touch => typeof given !== 'number'

export function launchCommand(
  what: string,
  launch: Launch,
  given: readonly Given[],
  mayShare: Command['mayShare'] = [],
): Command {
  return {
    what,
    kernel: launch.kernel,
    touches: given.filter(isTouch),
    mayShare,
    run: (driver, addressOf) =>
      driver.launch(
        launch,
        given.map((each) => (isTouch(each) ? { ...spanOf(each, addressOf), access: each.access } : each)),
      ),
  }
}

export function fillCommand(what: string, target: View, byte: number): Command {
  const touch = writes(target)
  return {
    what,
    touches: [touch],
    run: (driver, addressOf) => driver.fill(spanOf(touch, addressOf), byte),
  }
}

/** Copies one dense view to another of the same bytes. */
export function copyCommand(what: string, target: View, source: View): Command {
  const [to, from] = [writes(target), reads(source)]
  return {
    what,
    touches: [from, to],
    run: (driver, addressOf) => driver.copy(spanOf(to, addressOf), spanOf(from, addressOf)),
  }
}

/** Copies beside what is computed. */
export function streamedCopies(
  what: string,
  copies: readonly { readonly to: Touch; readonly from: Touch }[],
  stream: Stream,
): Command {
  return {
    what,
    touches: copies.flatMap(({ to, from }) => [to, from]),
    run: (driver, addressOf) => {
      for (const { to, from } of copies) driver.copy(spanOf(to, addressOf), spanOf(from, addressOf), stream)
    },
  }
}

/** Later work of one stream begins after what another has been given so far. */
export const orderCommand = (what: string, waiting: Stream, awaited: Stream): Command => ({
  what,
  touches: [],
  run: (driver) => driver.order(waiting, awaited),
})

/** A matrix of a product in a buffer. */
export type PlannedMatrix = Omit<Matrix, 'address' | 'bytes'> & { readonly touch: Touch }

export interface PlannedProduct extends Omit<Product, 'a' | 'b' | 'c' | 'd' | 'bias'> {
  readonly a: PlannedMatrix
  readonly b: PlannedMatrix
  readonly c?: PlannedMatrix
  readonly bias?: Touch
  readonly d: PlannedMatrix
}

export function productCommand(what: string, { a, b, c, d, bias, ...sizes }: PlannedProduct): Command {
  const placed = ({ touch, ...matrix }: PlannedMatrix, addressOf: AddressOf): Matrix => ({
    ...matrix,
    ...spanOf(touch, addressOf),
  })
  return {
    what,
    touches: [a.touch, b.touch, ...(c ? [c.touch] : []), ...(bias ? [bias] : []), d.touch],
    run: (driver, addressOf) =>
      driver.multiply({
        ...sizes,
        a: placed(a, addressOf),
        b: placed(b, addressOf),
        ...(c && { c: placed(c, addressOf) }),
        ...(bias && { bias: spanOf(bias, addressOf) }),
        d: placed(d, addressOf),
      }),
  }
}
