import { expect, test } from 'vitest'
import { Allocator } from '../../../src-main/engine/executors/cuda/allocator.ts'
import { RecordingDriver } from '../../helpers/cuda-driver/recording.ts'

test('a block given back serves the next request of its size, the lowest address first', () => {
  const driver = new RecordingDriver()
  const memory = new Allocator(driver)
  const [a, b] = [memory.allocate(1000), memory.allocate(900)]
  memory.release(a)
  memory.release(b)
  expect(memory.allocate(700)).toBe(a)
  expect(memory.allocate(1024)).toBe(b)
  expect(driver.allocations).toBe(2)
  expect(memory.use).toEqual({ used: 2048, kept: 0, peak: 2048 })
})

test('a much larger block is not spent on a small request', () => {
  const driver = new RecordingDriver()
  const memory = new Allocator(driver)
  const large = memory.allocate(10_000_000)
  memory.release(large)
  expect(memory.allocate(3_000_000)).not.toBe(large)
  expect(memory.allocate(9_000_000)).toBe(large)
})

test('a full card gives up what is kept before it refuses', () => {
  const driver = new RecordingDriver({ memory: 10 * 2 ** 20 })
  const memory = new Allocator(driver)
  memory.release(memory.allocate(6 * 2 ** 20))
  const held = memory.allocate(8 * 2 ** 20)
  expect(memory.use).toMatchObject({ used: 8 * 2 ** 20, kept: 0 })
  expect(() => memory.allocate(4 * 2 ** 20)).toThrow('The card "recorded" has no room for 4194304 more bytes.')
  memory.release(held)
  expect(() => memory.release(held)).toThrow('There is no block')
})
