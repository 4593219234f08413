import { expect, test } from 'vitest'
import { deviceIds } from '../../src-preload/contract/device.ts'
import { startServices } from '../helpers/services-client.ts'

test('the list holds every device, each tried, with why not where it is not usable', async () => {
  const { client } = startServices()
  const devices = await client.call('devices.list', {})
  expect(devices.map(({ id }) => id)).toEqual(deviceIds)
  const byId = new Map(devices.map((device) => [device.id, device]))
  for (const id of ['cpu', 'tfjs-cpu'] as const) {
    expect(byId.get(id), id).toMatchObject({ status: 'usable', detail: '', install: null })
    expect(byId.get(id)!.trial!.largestError, id).toBeLessThan(1e-3)
  }
  // State stays with TensorFlow.js: a decoded token moves its ids and statistics, not a million weights.
  const { trainingStep, decodeStep } = byId.get('tfjs-cpu')!.trial!.traffic!
  expect(decodeStep.toDevice).toBeLessThan(10_000)
  expect(trainingStep.toHost).toBeGreaterThan(decodeStep.toHost)
  for (const { status, detail, trial } of devices) {
    expect(detail === '').toBe(status === 'usable')
    expect(trial !== null).toBe(status === 'usable')
  }
})

test.skipIf(process.platform === 'win32')(
  'a run on a device that cannot be used is an issue of its config',
  async () => {
    const { client } = startServices()
    const { issues } = await client.call('runs.check', { config: { device: 'dml' } })
    const message = expect.stringMatching(/^The device "dml" cannot be used: DirectML is .+ Choose another device\.$/)
    expect(issues).toEqual([{ path: 'device', message }])
    expect((await client.call('runs.check', { config: { device: 'tfjs-cpu' } })).issues).toEqual([])
  },
)
