import type { Command } from 'commander'
import type { DeviceCard, DeviceReport } from '../../src-preload/contract/device.ts'
import { memoryText } from '../../src-preload/contract/preflight.ts'
import { listDevices } from '../services/devices.ts'
import { printRecords } from './output.ts'

/** `devices`: what runs can compute on here, what is missing and what installs it. */
export function addDevicesCommand(program: Command): void {
  program
    .command('devices')
    .description('Tries every device with a training step and a generation of the built-in model.')
    .option('--json', 'one JSON object per line')
    .action(async (options: { json?: boolean }) => {
      const devices = await listDevices()
      printRecords(devices, options, {
        device: ({ id }) => id,
        status: ({ status }) => status,
        'off the CPU by': ({ id, trial }) => (trial && id !== 'cpu' ? trial.largestError.toExponential(1) : '–'),
        'ran on the CPU': onCpu,
        'copied per training step': ({ trial }) => copied(trial?.traffic?.trainingStep),
        'per token': ({ trial }) => copied(trial?.traffic?.decodeStep),
      })
      if (options.json) return
      for (const device of devices) process.stdout.write(`\n${paragraph(device)}\n`)
    })
}

function onCpu({ trial }: DeviceReport): string {
  if (!trial?.placement) return '–'
  const { operations, onCpu } = trial.placement
  return `${onCpu} of ${operations} operations`
}

function copied(traffic: { readonly toDevice: number; readonly toHost: number } | undefined): string {
  if (!traffic) return '–'
  return `${kilobytes(traffic.toDevice)} in, ${kilobytes(traffic.toHost)} out`
}

const kilobytes = (bytes: number) => `${(bytes / 1000).toLocaleString('en', { maximumFractionDigits: 1 })} kB`

function paragraph({ id, title, memory, detail, install, trial, card }: DeviceReport): string {
  const kinds = Object.entries(trial?.placement?.kinds ?? {}).map(([kind, count]) => `${kind} ${count}`)
  return [
    `${id}: ${title}. ${memory}`,
    ...(card ? [`  ${cardLine(card)}`] : []),
    ...(detail ? [`  ${detail}`] : []),
    ...(install ? [`  Install it with: ${install}`] : []),
    ...(kinds.length > 0 ? [`  Ran on the CPU for want of a kernel: ${kinds.join(', ')}.`] : []),
  ].join('\n')
}

/** The card as it was before the trial; what it does not tell is left out. */
function cardLine(card: DeviceCard): string {
  const { memoryFree, clockMhz, utilization, powerWatts, temperatureCelsius } = card
  const free = memoryFree === null ? '' : `${memoryText(memoryFree)} free of `
  const told = [
    `${card.name}, compute capability ${card.capability}`,
    `driver ${card.driver ?? 'unknown'} for CUDA ${card.cuda}`,
    ...card.libraries,
    `${free}${memoryText(card.memoryTotal)}`,
    ...(clockMhz === null ? [] : [`${clockMhz} MHz`]),
    ...(utilization === null ? [] : [`${Math.round(100 * utilization)} % busy`]),
    ...(powerWatts === null ? [] : [`${Math.round(powerWatts)} W`]),
    ...(temperatureCelsius === null ? [] : [`${temperatureCelsius} °C`]),
  ]
  return `${told.join('; ')}.`
}
