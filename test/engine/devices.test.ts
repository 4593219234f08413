import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { DeviceError } from '../../src-main/engine/executors/device.ts'
import { devices, openDevice } from '../../src-main/engine/executors/map.ts'
import { input, program, state } from '../../src-main/engine/graph.ts'
import { add, exp, mul } from '../../src-main/engine/ops/elementwise.ts'
import { countTraffic } from '../../src-main/model/traffic.ts'
import { UserError } from '../../src-main/util/assert.ts'
import { deviceIds } from '../../src-preload/contract/device.ts'

test('the config offers the devices that there are', () => {
  expect(Object.keys(devices)).toEqual(deviceIds)
})

describe('opening a device', () => {
  const absent = Object.entries(devices).filter(([, device]) => device.missing() !== undefined)

  test.each(absent)('%s, which is missing, is refused with what is missing', async (name, device) => {
    const { what, install } = device.missing()!
    const opening = openDevice(name as keyof typeof devices)
    await expect(opening).rejects.toThrow(UserError)
    await expect(opening).rejects.toThrow(what)
    if (install) await expect(opening).rejects.toThrow(`Install it with "${install}".`)
  })

  test('a driver that is not found is told in a sentence', () => {
    const said = 'webgpu_context.cc:136 ... Failed to get a WebGPU adapter: No supported adapters\n'
    expect(devices.webgpu.explain?.(said)).toContain('finds no graphics card')
    expect(devices.webgpu.explain?.('something else')).toBeUndefined()
    expect(new DeviceError('webgpu', 'Out of memory.').message).toBe(
      'The device "webgpu" does not start: Out of memory.',
    )
  })
})

const x = input('x', [2])
const weight = state('w', [2])
const step = program('step', { y: exp(mul(x, weight)) }, [{ state: 'w', value: add(weight, x), mode: 'replace' }])
const feeds = { x: { shape: [2], data: new Float32Array([1, 2]) } }

test('where operations ran is read from the profiles of the runtime', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'quiver-placement-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const profile = join(folder, 'profile')
  const executor = await openDevice('cpu', { profile })
  executor.createState('w', { shape: [2] })
  const compiled = await executor.compile(step)
  await compiled.run(feeds)
  await executor.dispose()
  const { operations, onCpu, kinds } = await devices.webgpu.placement!(profile)
  expect(kinds).toMatchObject({ Exp: 1, Mul: 1 })
  expect(onCpu).toBe(operations)
  await expect(devices.webgpu.placement!(join(folder, 'other'))).rejects.toThrow('No profile')
})

test.each([
  ['inputs and outputs', { toDevice: 8, toHost: 8 }],
  ['everything', { toDevice: 16, toHost: 16 }],
] as const)('a run that copies %s is counted in bytes', async (copies, expected) => {
  const { executor, take } = countTraffic(await openDevice('cpu'), copies)
  executor.createState('w', { shape: [2] })
  const compiled = await executor.compile(step)
  expect([...(await compiled.run(feeds)).y!.data]).toEqual([1, 1])
  expect(take()).toEqual(expected)
  expect(take()).toEqual({ toDevice: 0, toHost: 0 })
  await executor.dispose()
})
