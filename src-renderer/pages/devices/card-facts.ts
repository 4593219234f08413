import type { DeviceCard } from '../../../src-preload/contract/device.ts'
import { memoryText } from '../../../src-preload/contract/preflight.ts'
import { formatPercent } from '../../lib/format.ts'
import { t } from '../../lib/i18n/translate.ts'
import type { Fact } from './trial-facts.ts'

/** A card in words, as it was before its trial; what it does not tell is left out. */
export function cardFacts(card: DeviceCard): Fact[] {
  const { memoryFree, memoryTotal, clockMhz, memoryClockMhz, powerWatts, temperatureCelsius } = card
  const total = memoryText(memoryTotal)
  const clocks = [clockMhz, memoryClockMhz].filter((clock) => clock !== null).map((clock) => `${clock} MHz`)
  const facts = [
    [t('Card'), card.name],
    [t('Compute capability'), card.capability],
    [t('Driver'), [card.driver, `CUDA ${card.cuda}`].filter(Boolean).join(', ')],
    [t('Libraries'), card.libraries.join(', ')],
    [
      t('Memory of the card'),
      memoryFree === null ? total : t('{free} free of {total}', { free: memoryText(memoryFree), total }),
    ],
    [t('Clocks of the card and its memory'), clocks.join(', ')],
    [t('Busy'), card.utilization === null ? '' : formatPercent(card.utilization)],
    [t('Power'), powerWatts === null ? '' : `${Math.round(powerWatts)} W`],
    [t('Temperature'), temperatureCelsius === null ? '' : `${temperatureCelsius} °C`],
  ] as const
  return facts.filter(([, text]) => text !== '').map(([label, text]) => ({ label, text }))
}
