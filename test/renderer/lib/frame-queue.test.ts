import { expect, test } from 'vitest'
import { createFrameQueue } from '../../../src-renderer/lib/frame-queue.ts'

test('any number of requests within a frame is one call', () => {
  const callbacks: (() => void)[] = []
  const queue = createFrameQueue({ schedule: (callback) => callbacks.push(callback), nowMs: () => 0, budgetMs: 8 })
  let paints = 0
  const paint = (): void => {
    paints++
  }
  for (let change = 0; change < 100; change++) queue.request(paint)
  expect(callbacks).toHaveLength(1)
  callbacks.shift()?.()
  expect(paints).toBe(1)
  queue.request(paint)
  queue.cancel(paint)
  callbacks.shift()?.()
  expect(paints).toBe(1)
})

test('work asked for while painting runs in the next frame', () => {
  const callbacks: (() => void)[] = []
  const queue = createFrameQueue({ schedule: (callback) => callbacks.push(callback), nowMs: () => 0, budgetMs: 8 })
  const order: string[] = []
  queue.request(() => {
    order.push('first')
    queue.request(() => order.push('second'))
  })
  callbacks.shift()?.()
  expect(order).toEqual(['first'])
  callbacks.shift()?.()
  expect(order).toEqual(['first', 'second'])
})

test('work beyond the budget of a frame waits for the next one, in its order', () => {
  const callbacks: (() => void)[] = []
  let timeMs = 0
  const queue = createFrameQueue({ schedule: (callback) => callbacks.push(callback), nowMs: () => timeMs, budgetMs: 8 })
  const done: number[] = []
  for (let panel = 0; panel < 5; panel++)
    queue.request(() => {
      timeMs += 5
      done.push(panel)
    })
  callbacks.shift()?.()
  expect(done).toEqual([0, 1])
  callbacks.shift()?.()
  callbacks.shift()?.()
  expect(done).toEqual([0, 1, 2, 3, 4])
  expect(callbacks).toHaveLength(0)
})

test('what may wait runs one by one, a frame each, after what was requested', () => {
  const callbacks: (() => void)[] = []
  const queue = createFrameQueue({ schedule: (callback) => callbacks.push(callback), nowMs: () => 0, budgetMs: 8 })
  const done: string[] = []
  const follows = ['first', 'second', 'third'].map((name) => () => void done.push(name))
  for (const follow of follows) queue.requestInTurn(follow)
  queue.request(() => done.push('requested'))
  queue.cancel(follows[1]!)
  callbacks.shift()?.()
  expect(done).toEqual(['requested', 'first'])
  callbacks.shift()?.()
  expect(done).toEqual(['requested', 'first', 'third'])
  expect(callbacks).toHaveLength(0)
})
