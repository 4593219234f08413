import { deflateRawSync, inflateRawSync } from 'node:zlib'

/** Compresses a packed trace (contract/trace.ts) for the table `traces`. */
export function packColumns(packed: Uint8Array): Uint8Array {
  return deflateRawSync(packed, { level: 9 })
}

/** The packed trace that `packColumns` was given. */
export function unpackColumns(columns: Uint8Array): Uint8Array {
  return inflateRawSync(columns)
}
