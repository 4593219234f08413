import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readSafetensors, writeSafetensors } from '../../src-main/model/safetensors.ts'
import { temporaryFolder } from './model-copy.ts'

/** A file from a header object and data bytes, with an optional false header length. */
async function rawFile(header: unknown, data: Uint8Array, length?: number): Promise<string> {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header))
  const prefix = Buffer.alloc(8)
  prefix.writeBigUInt64LE(BigInt(length ?? text.length))
  const path = join(await temporaryFolder(), 'raw.safetensors')
  await writeFile(path, Buffer.concat([prefix, text, data]))
  return path
}

const entry = (dtype: string, shape: number[], data_offsets: number[]) => ({ dtype, shape, data_offsets })

test('what is written is read back, empty tensors and counters included', async () => {
  const path = join(await temporaryFolder(), 'model.safetensors')
  const tensors = new Map<string, { shape: number[]; data: Float32Array | Int32Array }>([
    ['a', { shape: [2, 3], data: Float32Array.of(1, -2, 3.5, 1e-40, Number.NaN, Infinity) }],
    ['empty', { shape: [0, 4], data: new Float32Array() }],
    ['step', { shape: [], data: Int32Array.of(41) }],
  ])
  await writeSafetensors(path, tensors)
  const read = await readSafetensors(path)
  expect([...read.keys()]).toEqual(['a', 'empty', 'step'])
  expect(read.get('a')).toEqual({ dtype: 'F32', ...tensors.get('a') })
  expect(read.get('step')).toEqual({ dtype: 'I32', shape: [], data: Float32Array.of(41) })
  expect((await readFile(path)).readBigUInt64LE() % 8n).toBe(0n)
})

test('half precision of both kinds becomes float32 exactly', async () => {
  const halves = new Uint16Array([0x3f80, 0xc000, 0x0001, 0x7f80, 0x3c00, 0xc000, 0x0001, 0x7c00])
  const header = { b: entry('BF16', [4], [0, 8]), f: entry('F16', [4], [8, 16]), __metadata__: { format: 'pt' } }
  const tensors = await readSafetensors(await rawFile(header, new Uint8Array(halves.buffer)))
  expect([...tensors.get('b')!.data]).toEqual([1, -2, 2 ** -133, Infinity])
  expect([...tensors.get('f')!.data]).toEqual([1, -2, 2 ** -24, Infinity])
})

test.each(['BF16', 'F16'] as const)('every number of %s survives writing', async (dtype) => {
  const halves = Uint16Array.from({ length: 0x10000 }, (_, bits) => bits)
  const path = await rawFile({ a: entry(dtype, [0x10000], [0, 0x20000]) }, new Uint8Array(halves.buffer))
  const { data, shape } = (await readSafetensors(path)).get('a')!
  const isNumber = (bits: number): boolean => !Number.isNaN(data[bits])
  const written = join(await temporaryFolder(), 'written.safetensors')
  await writeSafetensors(written, new Map([['a', { shape, data, dtype }]]))
  const bytes = new Uint8Array((await readFile(written)).subarray(-0x20000))
  const back = new Uint16Array(bytes.buffer)
  expect([...back].filter((bits, index) => isNumber(index) && bits !== index)).toEqual([])
  expect((await readSafetensors(written)).get('a')!.data).toEqual(data)
})

test('float32 is rounded to the nearest half, ties to even', async () => {
  const path = join(await temporaryFolder(), 'model.safetensors')
  const bfloat16 = Float32Array.of(1 + 2 ** -8, 1 + 3 * 2 ** -8, 1 + 2 ** -8 + 2 ** -20, 3.4e38, -0)
  const float16 = Float32Array.of(1 + 2 ** -11, 1 + 3 * 2 ** -11, 65519, 65520, -(2 ** -25))
  await writeSafetensors(
    path,
    new Map([
      ['b', { shape: [5], data: bfloat16, dtype: 'BF16' }],
      ['f', { shape: [5], data: float16, dtype: 'F16' }],
    ]),
  )
  const read = await readSafetensors(path)
  expect([...read.get('b')!.data]).toEqual([1, 1 + 2 ** -6, 1 + 2 ** -7, Infinity, -0])
  expect([...read.get('f')!.data]).toEqual([1, 1 + 2 ** -9, 65504, Infinity, -0])
})

test.each<[string, unknown, number, number | undefined, RegExp]>([
  ['a header longer than the file', {}, 0, 1_000_000, /announces a header of 1000000 bytes but has 10 bytes/],
  ['a header that is not JSON', '{"a"', 0, undefined, /header that is not JSON/],
  [
    'a truncated tensor',
    { a: entry('F32', [4], [0, 16]) },
    12,
    undefined,
    /tensor "a" lies at bytes 0 to 16.*holds 12 bytes/,
  ],
  [
    'overlapping tensors',
    { a: entry('F32', [2], [0, 8]), b: entry('F32', [2], [4, 12]) },
    12,
    undefined,
    /tensor "b" starts at byte 4, but "a" ends at 8: tensors overlap/,
  ],
  ['a gap', { a: entry('F32', [1], [4, 8]) }, 8, undefined, /tensor "a" starts at byte 4.*leave a gap/],
  [
    'a size that does not fit the shape',
    { a: entry('F32', [3], [0, 8]) },
    8,
    undefined,
    /tensor "a" of shape \[3\] in F32 needs 12 bytes, got 8/,
  ],
  ['a negative offset', { a: entry('F32', [1], [-4, 0]) }, 0, undefined, /tensor "a" has data_offsets \[-4,0\]/],
  [
    'an unknown element type',
    { a: entry('F8_E4M3', [4], [0, 4]) },
    4,
    undefined,
    /tensor "a" has element type "F8_E4M3"/,
  ],
  [
    'bytes after the last tensor',
    { a: entry('F32', [1], [0, 4]) },
    6,
    undefined,
    /holds 2 bytes after its last tensor/,
  ],
])('%s gets a sentence', async (_, header, dataBytes, length, message) => {
  await expect(readSafetensors(await rawFile(header, new Uint8Array(dataBytes), length))).rejects.toThrow(message)
})

test('a failed write leaves the old file', async () => {
  const path = join(await temporaryFolder(), 'model.safetensors')
  await writeSafetensors(path, new Map([['a', { shape: [1], data: Float32Array.of(5) }]]))
  const wrong = new Map([['a', { shape: [2], data: Float32Array.of(6) }]])
  await expect(writeSafetensors(path, wrong)).rejects.toThrow(/"a" of shape \[2\] needs 2 values, got 1/)
  expect((await readSafetensors(path)).get('a')!.data[0]).toBe(5)
})

test('an empty file gets a sentence', async () => {
  const path = join(await temporaryFolder(), 'model.safetensors')
  await writeFile(path, '')
  await expect(readSafetensors(path)).rejects.toThrow(/has 0 bytes, too few/)
})
