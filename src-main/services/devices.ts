import { spawn } from 'node:child_process'
import { join } from 'node:path'
import {
  type DeviceId,
  type DeviceReport,
  deviceDescriptionSchema,
  deviceIds,
  deviceOutcomeSchema,
  isCard,
} from '../../src-preload/contract/device.ts'
import { UserError } from '../util/assert.ts'
import { nodeBinary } from '../util/node-binary.ts'
import { appFolder } from '../util/resources.ts'

/** A software driver compiles hundreds of shaders first. */
const timeLimitMs = 180_000

const known = new Map<DeviceId, Promise<DeviceReport>>()

/** What every device is and whether it can be used here. Answers are kept; `again` tries all anew. */
export function listDevices(again = false): Promise<DeviceReport[]> {
  if (again) known.clear()
  return Promise.all(deviceIds.map(deviceReport))
}

/** Throws UserError when a run cannot compute on the device. What came with this process, the CPU, is not tried. */
export async function requireDevice(id: DeviceId): Promise<void> {
  if (id === 'cpu') return
  const { status, detail, install } = await deviceReport(id)
  if (status === 'usable') return
  // The next attempt comes after something was installed.
  known.delete(id)
  const remedy = install ? `Install it with "${install}", or choose another device.` : 'Choose another device.'
  throw new UserError(`The device "${id}" cannot be used: ${[detail, remedy].join(' ')}`)
}

/** Cards that were found usable so far, in order. */
const foundCards = new Set<DeviceId>()
export const usableCards = (): DeviceId[] => deviceIds.filter((id) => foundCards.has(id))

/** Tries every card that was not tried yet; whether one was found that was not known before. */
export async function tryCards(): Promise<boolean> {
  const before = foundCards.size
  await Promise.all(deviceIds.filter(isCard).map(deviceReport))
  return foundCards.size > before
}

function deviceReport(id: DeviceId): Promise<DeviceReport> {
  const report = known.get(id) ?? tryInProcess(id)
  known.set(id, report)
  report.then(
    ({ status }) => isCard(id) && foundCards[status === 'usable' ? 'add' : 'delete'](id),
    // A test that could not even be started is no answer to keep.
    () => known.delete(id),
  )
  return report
}

interface Ending {
  readonly output: string
  readonly errors: string
  /** How the process ended: a signal's name, or its exit code. */
  readonly how: string
}

function runProbe(id: DeviceId): Promise<Ending> {
  return new Promise((resolve, reject) => {
    const child = spawn(nodeBinary(), [join(appFolder, 'src-main', 'devices.ts'), id], {
      cwd: appFolder,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeLimitMs,
      killSignal: 'SIGKILL',
      windowsHide: true,
    })
    const texts = { output: '', errors: '' }
    child.stdout.on('data', (chunk) => (texts.output += chunk))
    child.stderr.on('data', (chunk) => (texts.errors += chunk))
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ ...texts, how: signal ?? `exit code ${code}` }))
  })
}

/** Tries a device in a process of its own, which its driver may end. */
async function tryInProcess(id: DeviceId): Promise<DeviceReport> {
  const { output, errors, how } = await runProbe(id)
  const [description = '', outcome = ''] = output.split('\n')
  const device = deviceDescriptionSchema.parse(JSON.parse(description))
  const hint = driverWarning(errors)
  if (outcome === '') {
    const detail = [`Its test ended by ${how} before a result.`, ...hint].join(' ')
    return { ...device, status: 'unusable', detail, install: null, trial: null, card: null }
  }
  const found = deviceOutcomeSchema.parse(JSON.parse(outcome))
  return { ...device, ...found, detail: found.status === 'usable' ? '' : [found.detail, ...hint].join(' ') }
}

/** What a driver said of itself on the way: the first line of its warnings; nothing where it was silent. */
function driverWarning(errors: string): string[] {
  const warning = /^Warning: (.+)$/m.exec(errors)?.[1]
  return warning ? [`The driver says: ${warning.replace(/[.]?$/, '.')}`] : []
}
