import { setTimeout as sleep } from 'node:timers/promises'

type Truthy<Value> = Exclude<NonNullable<Value>, false | 0 | ''>

/** Waits until `read` gives something truthy. The limit only ends a test that would hang. */
export async function until<Value>(read: () => Value | Promise<Value>, limitMs = 150_000): Promise<Truthy<Value>> {
  const endMs = Date.now() + limitMs
  for (;;) {
    const value = await read()
    if (value) return value as Truthy<Value>
    if (Date.now() > endMs) throw new Error(`Waited ${limitMs} ms in vain.`)
    await sleep(20)
  }
}
