import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { ApiClient } from '../../../src-preload/contract/rpc.ts'
import { soonMs, tellWaiting } from '../../../src-renderer/lib/waiting-calls.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A client whose calls end when the test says so, and what it told. */
function stage() {
  const calls: PromiseWithResolvers<never>[] = []
  const told: boolean[] = []
  const call = (): Promise<never> => {
    const answer = Promise.withResolvers<never>()
    calls.push(answer)
    return answer.promise
  }
  const client = tellWaiting({ call } as ApiClient, (waiting) => told.push(waiting))
  const end = async (place: number): Promise<void> => {
    calls[place]!.resolve(undefined as never)
    await vi.advanceTimersByTimeAsync(0)
  }
  return { client, calls, told, end }
}

test('a call that is answered soon says nothing', async () => {
  const { client, told, end } = stage()
  void client.call('runs.list', {})
  await vi.advanceTimersByTimeAsync(soonMs - 1)
  await end(0)
  await vi.advanceTimersByTimeAsync(soonMs)
  expect(told).toEqual([])
})

test('calls that take long are told of once, from the first to the end of the last', async () => {
  const { client, told, end } = stage()
  void client.call('runs.list', {})
  void client.call('settings.get', {})
  await vi.advanceTimersByTimeAsync(soonMs)
  expect(told).toEqual([true])
  await end(0)
  expect(told).toEqual([true])
  await end(1)
  expect(told).toEqual([true, false])
})

test('a call that fails late ends the wait, and its fault goes on to the caller', async () => {
  const { client, calls, told } = stage()
  const failed = expect(client.call('runs.list', {})).rejects.toThrow('lost')
  await vi.advanceTimersByTimeAsync(soonMs)
  calls[0]!.reject(new Error('lost'))
  await failed
  expect(told).toEqual([true, false])
})

test('listening for samples is no wait', async () => {
  const { client, told } = stage()
  void client.call('sample.read', { id: crypto.randomUUID(), cursor: 0 })
  await vi.advanceTimersByTimeAsync(10 * soonMs)
  expect(told).toEqual([])
})
