/** The recording driver finds what it is there to find. */
import { expect, test } from 'vitest'
import type { Launch } from '../../../src-main/engine/executors/cuda/kernel.ts'
import { RecordingDriver } from '../../helpers/cuda-driver/recording.ts'

const launch: Launch = {
  kernel: { name: 'twice', source: '', parameters: ['pointer', 'pointer'] },
  ...{ grid: [1, 1, 1], block: [32, 1, 1], sharedBytes: 0 },
}

test('touches outside of blocks, and of blocks that were given back', () => {
  const driver = new RecordingDriver()
  const address = driver.allocate(64)
  driver.fill({ address, bytes: 64 }, 0)
  expect(() => driver.fill({ address, bytes: 65 }, 0)).toThrow('fill touches 65 bytes')
  driver.free(address)
  expect(() => driver.copy({ address, bytes: 4 }, { address, bytes: 4 })).toThrow('lie in no block')
  expect(() => driver.free(address)).toThrow('There is no block')
})

test('two streams on the same bytes without an order between them', () => {
  const driver = new RecordingDriver()
  const [a, b, host] = [driver.allocate(64), driver.allocate(64), driver.allocateHost(64)]
  const span = (address: number, from = 0) => ({ address: address + from, bytes: 32 })
  driver.copy(span(a), span(host), 'upload')
  const run = () =>
    driver.launch(launch, [
      { ...span(a), access: 'read' },
      { ...span(b), access: 'write' },
    ])
  expect(run).toThrow('twice on compute races with copy on upload.')
  driver.order('compute', 'upload')
  run()
  driver.copy(span(a, 32), span(host), 'upload')
  expect(() => driver.copy(span(a), span(host), 'upload')).toThrow('races with twice on compute')
  driver.order('upload', 'compute')
  driver.copy(span(a), span(host), 'upload')
})

test('what cannot be recorded', () => {
  const driver = new RecordingDriver()
  const span = { address: driver.allocate(4), bytes: 4 }
  expect(() => driver.record(() => driver.upload(span, new Uint8Array(4)))).toThrow('cannot be recorded')
  const recording = driver.record(() => driver.fill(span, 1))
  expect(driver.work).toHaveLength(0)
  driver.replay(recording)
  driver.replay(recording)
  expect(driver.work.map(({ kind }) => kind)).toEqual(['fill', 'fill'])

  expect(() => driver.record(() => driver.copy(span, span, 'upload'))).toThrow(
    'copy is on upload, which is not recorded',
  )
  const unordered = () => driver.order('upload', 'download')
  expect(() => driver.record(unordered)).toThrow('upload waits for download, which the recording has no part in.')
  const unfinished = () => {
    driver.order('upload', 'compute')
    driver.copy(span, span, 'upload')
  }
  expect(() => driver.record(unfinished)).toThrow('A recording ends before upload does.')
  const finished = () => {
    unfinished()
    driver.order('compute', 'upload')
  }
  driver.record(finished)
})
