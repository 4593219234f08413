import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import '../../src-main/util/compile-cache.ts'

/** Names of Node's own modules in a fresh thread. */
async function loadedInThread(): Promise<readonly string[]> {
  const worker = new Worker(new URL('../helpers/loaded-modules.ts', import.meta.url))
  const [names] = (await once(worker, 'message')) as [readonly string[]]
  await worker.terminate()
  return names
}

test('a thread whose modules were compiled before strips no types', async () => {
  await loadedInThread()
  const names = await loadedInThread()
  expect(names).toContain('NativeModule internal/modules/typescript')
  expect(names.filter((name) => name.includes('amaro'))).toEqual([])
})
