import type { DeviceId, DeviceTrial } from '../../../src-preload/contract/device.ts'
import { formatBytes, formatPercent } from '../../lib/format.ts'
import { t } from '../../lib/i18n/translate.ts'

export interface Fact {
  readonly label: string
  readonly text: string
}

/** What the trial of a device measured, in words; the CPU is what the others are compared with. */
export function trialFacts(id: DeviceId, { largestError, placement, traffic }: DeviceTrial): Fact[] {
  const facts =
    id === 'cpu' ? [] : [{ label: t('Largest difference from the CPU'), text: largestError.toExponential(1) }]
  if (placement) {
    const { operations, onCpu, kinds } = placement
    const names = Object.entries(kinds).map(([kind, count]) => `${kind} ${count}`)
    const share = t('{percent} ({part} of {whole})', {
      percent: formatPercent(operations === 0 ? 0 : onCpu / operations, 1),
      part: onCpu,
      whole: operations,
    })
    const text = onCpu === 0 ? t('none') : `${share}: ${names.join(', ')}`
    facts.push({ label: t('Operations left to the CPU'), text })
  }
  if (traffic) {
    const copied = ({ toDevice, toHost }: { toDevice: number; toHost: number }) =>
      t('{in} in, {out} out', { in: formatBytes(toDevice), out: formatBytes(toHost) })
    facts.push({ label: t('Copied by a training step'), text: copied(traffic.trainingStep) })
    facts.push({ label: t('Copied for a decoded token'), text: copied(traffic.decodeStep) })
  }
  return facts
}
