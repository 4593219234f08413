/**
 * The process that tries one device: `node src-main/devices.ts ID`. Prints two JSON lines: what the device is, then what
 * came of it. A process of its own, because a driver can end the process that calls it.
 */
import { type DeviceId, type DeviceReport, deviceIds } from '../src-preload/contract/device.ts'
import { cardState, libraryVersions } from './engine/executors/cuda/native/card-state.ts'
import { type Device, DeviceError } from './engine/executors/device.ts'
import { devices } from './engine/executors/map.ts'
import { tryDevice } from './model/try-device.ts'
import { builtinReference, resolveModel } from './util/resources.ts'

type Outcome = Pick<DeviceReport, 'status' | 'detail' | 'install' | 'trial'>

/** Beyond this a device computes something else, not the same less precisely. */
const largestAcceptedError = 0.05
const model = builtinReference('arithmetic-1m')

async function outcomeOf(id: DeviceId): Promise<Outcome> {
  const device: Device = devices[id]
  const missing = device.missing()
  if (missing) return { status: 'missing', detail: missing.what, install: missing.install ?? null, trial: null }
  try {
    const trial = await tryDevice(id, resolveModel(model))
    if (trial.largestError <= largestAcceptedError) return { status: 'usable', detail: '', install: null, trial }
    const detail = `Its results differ from the CPU's by ${trial.largestError}, more than ${largestAcceptedError}.`
    return { status: 'unusable', detail, install: null, trial: null }
  } catch (error) {
    const detail =
      error instanceof DeviceError ? error.reason : `Its work failed: ${error instanceof Error ? error.message : error}`
    return { status: 'unusable', detail, install: null, trial: null }
  }
}

const print = (line: object): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

const id = deviceIds.find((known) => known === process.argv[2])
if (!id) throw new Error(`devices.ts takes one of ${deviceIds.join(', ')}; got "${process.argv[2] ?? ''}".`)
const { title, executor, memory } = devices[id]
print({ id, title, executor, memory })
const card = cardState(id)
print({ ...(await outcomeOf(id)), card: card && { ...card, libraries: libraryVersions() } })
