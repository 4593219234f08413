/** What a decode step asks of a card. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createCudaExecutor } from '../../../src-main/engine/executors/cuda/executor.ts'
import { createPolicy } from '../../../src-main/model/create-policy.ts'
import { RecordingDriver } from '../../helpers/cuda-driver/recording.ts'

const folder = join(import.meta.dirname, '../../fixtures/models/qwen2-tied')
/** Each of a run's small inputs and outputs begins at a multiple of this many bytes. */
const aligned = 256

test('a decode step is one upload, one replay and one download of an id and two numbers a row', async () => {
  const driver = new RecordingDriver()
  const executor = createCudaExecutor(driver, { precision: 'bfloat16' })
  const policy = await createPolicy({ folder, executor })
  const tokens = 12
  const rows = 3
  const request = {
    prompts: Array.from({ length: rows }, (_, row) => Int32Array.of(5, 9 + row, 200)),
    ...{ temperature: 1, topP: 1, topK: 0, maxTokens: tokens, stop: [], seed: 1, step: 0 },
  }
  await policy.generate(request)
  driver.work.length = 0
  driver.replays = 0
  await policy.generate(request)
  const kinds = driver.work.map(({ kind }) => kind)
  const spans = (kind: string) => driver.work.filter((each) => each.kind === kind)
  // Beside the draws after the prompt and of each step, the prompts' last hidden states come back once.
  const downloads = spans('download').map(({ reads }) => reads[0]!.bytes)
  expect(downloads.slice(1)).toEqual(Array.from({ length: tokens }, () => 3 * aligned))
  // A request of the shape of one before finds its steps recorded: each is one call.
  expect(driver.replays).toBe(tokens - 1)
  const last = kinds.lastIndexOf('upload')
  const before = kinds.lastIndexOf('upload', last - 1)
  expect(kinds.slice(before).filter((kind) => kind === 'upload' || kind === 'download')).toEqual([
    ...['upload', 'download', 'upload', 'download'],
  ])
  await policy.dispose()
})
