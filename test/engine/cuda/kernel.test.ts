import { expect, test } from 'vitest'
import { type Launch, requireLaunch } from '../../../src-main/engine/executors/cuda/kernel.ts'

const launch: Launch = {
  kernel: { name: 'twice', source: '', parameters: ['pointer', 'int32'] },
  grid: [1, 1, 1],
  block: [256, 1, 1],
  sharedBytes: 0,
}

test('a launch that a card can take passes', () => {
  expect(() => requireLaunch(launch, 2)).not.toThrow()
  expect(() => requireLaunch({ ...launch, grid: [2 ** 31 - 1, 65_535, 1], block: [32, 8, 4] }, 2)).not.toThrow()
})

test.each<[Partial<Launch>, number, string]>([
  [{}, 1, '1 arguments, expected 2 (pointer,int32)'],
  [{ grid: [0, 1, 1] }, 2, 'a grid of [0,1,1]'],
  [{ grid: [1, 65_536, 1] }, 2, 'a grid of [1,65536,1]'],
  [{ block: [32, 32, 2] }, 2, 'blocks of [32,32,2]'],
  [{ sharedBytes: -4 }, 2, '-4 bytes of shared memory'],
])('%j with %i arguments is refused by the name of its kernel', (change, given, problem) => {
  expect(() => requireLaunch({ ...launch, ...change }, given)).toThrow(`The kernel "twice" got ${problem}`)
})
