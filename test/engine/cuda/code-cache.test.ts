import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { cachedCode } from '../../../src-main/engine/executors/cuda/code-cache.ts'
import type { Kernel } from '../../../src-main/engine/executors/cuda/kernel.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quiver-code-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const kernel = (source: string): Kernel => ({ name: 'twice', source, parameters: ['pointer', 'int32'] })
const target = { architecture: 'sm_90', compiler: 'nvrtc 12.8' }

test('a kernel is compiled once per source, card and compiler', () => {
  let compilations = 0
  const code = (source: string, of = target) =>
    cachedCode(folder, kernel(source), of, () => new Uint8Array([++compilations]))[0]
  expect([code('a'), code('a'), code('b'), code('a')]).toEqual([1, 1, 2, 1])
  expect(code('a', { ...target, architecture: 'sm_120' })).toBe(3)
  expect(code('a', { ...target, compiler: 'nvrtc 13.0' })).toBe(4)
  expect(readdirSync(folder)).toHaveLength(4)
})

test('an empty file is compiled over, and a folder that cannot be made costs the cache only', () => {
  cachedCode(folder, kernel('a'), target, () => new Uint8Array([1]))
  writeFileSync(join(folder, readdirSync(folder)[0]!), '')
  expect([...cachedCode(folder, kernel('a'), target, () => new Uint8Array([2]))]).toEqual([2])
  const file = join(folder, 'file')
  writeFileSync(file, '')
  expect([...cachedCode(join(file, 'inside'), kernel('a'), target, () => new Uint8Array([3]))]).toEqual([3])
})

test('a failed compilation leaves nothing behind', () => {
  const compile = () => {
    throw new Error('line 3: expected a ";"')
  }
  expect(() => cachedCode(folder, kernel('a'), target, compile)).toThrow('line 3')
  expect(readdirSync(folder)).toEqual([])
})
