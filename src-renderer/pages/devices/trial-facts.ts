import type { DeviceTrial } from '../../../src-preload/contract/device.ts'
import { formatBytes, formatPercent } from '../../lib/format.ts'

export interface Fact {
  readonly label: string
  readonly text: string
}

/** What a trial measured, in words. */
export function trialFacts({ largestError, placement, traffic }: DeviceTrial): Fact[] {
  const facts = [{ label: 'Largest difference from the CPU', text: largestError.toExponential(1) }]
  if (placement) {
    const { operations, onCpu, kinds } = placement
    const names = Object.entries(kinds).map(([kind, count]) => `${kind} ${count}`)
    const share = `${formatPercent(operations === 0 ? 0 : onCpu / operations, 1)} (${onCpu} of ${operations})`
    const text = onCpu === 0 ? 'none' : `${share}: ${names.join(', ')}`
    facts.push({ label: 'Operations left to the CPU', text })
  }
  if (traffic) {
    const copied = ({ toDevice, toHost }: { toDevice: number; toHost: number }) =>
      `${formatBytes(toDevice)} in, ${formatBytes(toHost)} out`
    facts.push({ label: 'Copied by a training step', text: copied(traffic.trainingStep) })
    facts.push({ label: 'Copied for a decoded token', text: copied(traffic.decodeStep) })
  }
  return facts
}
