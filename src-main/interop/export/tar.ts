/**
 * A folder as a tar archive, written as it is read. Header of POSIX.1-1988 (ustar); a size of 8 GiB or more is written in base 256,
 * as GNU tar does and the others read.
 */
import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename, join, posix, relative, sep } from 'node:path'

const blockBytes = 512
const octalLimit = 8 ** 11

/** Bytes of an archive of the files under `folder`, whose paths begin with the folder's name. */
export async function* tarOf(folder: string): AsyncGenerator<Uint8Array> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  for (const file of files.toSorted()) {
    const { size, mtimeMs } = await stat(file)
    const path = join(basename(folder), relative(folder, file)).replaceAll(sep, '/')
    yield tarHeader(path, size, mtimeMs)
    if (size > 0) yield* createReadStream(file, { end: size - 1 })
    yield new Uint8Array(-size & (blockBytes - 1))
  }
  yield new Uint8Array(2 * blockBytes)
}

/** Header of a file, 512 bytes. `path` has forward slashes; throws when a part of it is too long for the format. */
export function tarHeader(path: string, size: number, mtimeMs: number): Uint8Array {
  const header = Buffer.alloc(blockBytes)
  const text = (value: string, at: number, length: number): void => {
    if (header.write(value, at, length) < Buffer.byteLength(value))
      throw new Error(`"${path}" is too long for a tar archive: its folder may have 155 bytes, its name 100.`)
  }
  const octal = (value: number, at: number, length: number): void =>
    text(value.toString(8).padStart(length - 1, '0'), at, length)
  const folder = posix.dirname(path)
  text(posix.basename(path), 0, 100)
  octal(0o644, 100, 8)
  octal(0, 108, 8)
  octal(0, 116, 8)
  if (size < octalLimit) octal(size, 124, 12)
  else {
    header.writeBigUInt64BE(BigInt(size), 128)
    header[124] = 0x80
  }
  octal(Math.floor(mtimeMs / 1000), 136, 12)
  header.fill(' ', 148, 156)
  text('0', 156, 1)
  text('ustar\0' + '00', 257, 8)
  text(folder === '.' ? '' : folder, 345, 155)
  const checksum = header.reduce((sum, byte) => sum + byte, 0)
  text(`${checksum.toString(8).padStart(6, '0')}\0 `, 148, 8)
  return header
}
