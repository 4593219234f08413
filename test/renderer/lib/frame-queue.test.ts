import { expect, test } from 'vitest'
import { createFrameQueue } from '../../../src-renderer/lib/frame-queue.ts'

test('any number of requests within a frame is one call', () => {
  const callbacks: (() => void)[] = []
  const queue = createFrameQueue((callback) => callbacks.push(callback))
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
  const queue = createFrameQueue((callback) => callbacks.push(callback))
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
