import { inflateSync } from 'node:zlib'
import { UserError } from '../../../util/assert.ts'

/** Most bytes that packed tests may grow to. */
const mostBytes = 512 << 20

/**
 * The JSON text of LiveCodeBench's `private_test_cases`: the text itself, or base64 of zlib of a pickled text. A pickle is
 * a program; only one that makes a single text is read, everything else refused.
 * @throws UserError for anything else.
 */
export function unpackPrivateTests(packed: string): string {
  if (/^\s*[[{]/.test(packed)) return packed
  return pickledText(inflated(Buffer.from(packed, 'base64')))
}

function inflated(bytes: Buffer): Buffer {
  try {
    return inflateSync(bytes, { maxOutputLength: mostBytes })
  } catch (error) {
    throw refused(`they do not unpack (${error instanceof Error ? error.message : error})`)
  }
}

const refused = (what: string): UserError =>
  new UserError(`The private tests of a LiveCodeBench row cannot be read: ${what}. Download the dataset again.`)

const opcode = {
  protocol: 0x80,
  frame: 0x95,
  shortText: 0x8c,
  text: 0x58,
  longText: 0x8d,
  memoize: 0x94,
  shortPut: 0x71,
  put: 0x72,
  stop: 0x2e,
}
/** Operands of the opcodes that change nothing about the text, bytes. */
const skipped: Readonly<Record<number, number>> = {
  [opcode.protocol]: 1,
  [opcode.frame]: 8,
  [opcode.memoize]: 0,
  [opcode.shortPut]: 1,
  [opcode.put]: 4,
}

function pickledText(pickle: Buffer): string {
  let text: string | undefined
  let at = 0
  const take = (length: number): Buffer => {
    if (at + length > pickle.length) throw refused('they end too early')
    at += length
    return pickle.subarray(at - length, at)
  }
  for (;;) {
    const code = take(1).readUInt8()
    const skip = skipped[code]
    if (skip !== undefined) take(skip)
    else if (code === opcode.stop && text !== undefined) return text
    else if (text !== undefined) throw refused('they hold more than one text')
    else if (code === opcode.shortText) text = take(take(1).readUInt8()).toString()
    else if (code === opcode.text) text = take(take(4).readUInt32LE()).toString()
    else if (code === opcode.longText) text = take(Number(take(8).readBigUInt64LE())).toString()
    else throw refused(`they hold more than a text (pickle opcode 0x${code.toString(16)})`)
  }
}
