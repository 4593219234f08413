/** TensorBoard event files: TFRecord framing (length, masked CRC32C, payload, masked CRC32C) around `tensorflow.Event` messages. */
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'

const castagnoli = 0x82f63b78
const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ castagnoli : rest >>> 1
  return rest
})

/** CRC-32C of the bytes. */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) crc = (crc >>> 8) ^ crcTable[(crc ^ byte) & 0xff]!
  return ~crc >>> 0
}

/** TFRecord's mask, so that a checksum stored in data does not look like the data's own. */
const masked = (crc: number): number => (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0

/** One payload as a TFRecord. */
export function tfRecord(payload: Uint8Array): Uint8Array {
  const record = new Uint8Array(12 + payload.length + 4)
  const view = new DataView(record.buffer)
  view.setBigUint64(0, BigInt(payload.length), true)
  view.setUint32(8, masked(crc32c(record.subarray(0, 8))), true)
  record.set(payload, 12)
  view.setUint32(12 + payload.length, masked(crc32c(payload)), true)
  return record
}

const wallTime = (writer: BinaryWriter, atMs: number): BinaryWriter => writer.tag(1, WireType.Bit64).double(atMs / 1000)

/** The first record of an event file. */
export const versionEvent = (atMs: number): Uint8Array =>
  tfRecord(wallTime(new BinaryWriter(), atMs).tag(3, WireType.LengthDelimited).string('brain.Event:2').finish())

/** The scalars of one step as a record; what is not finite is left out. */
export function scalarsEvent(step: number, atMs: number, scalars: Readonly<Record<string, number>>): Uint8Array {
  const event = wallTime(new BinaryWriter(), atMs).tag(2, WireType.Varint).int64(step)
  event.tag(5, WireType.LengthDelimited).fork()
  for (const [tag, value] of Object.entries(scalars)) {
    if (!Number.isFinite(value)) continue
    event.tag(1, WireType.LengthDelimited).fork()
    event.tag(1, WireType.LengthDelimited).string(tag)
    event.tag(2, WireType.Bit32).float(value)
    event.join()
  }
  return tfRecord(event.join().finish())
}
