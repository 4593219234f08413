import { CircleAlert, CircleCheck, CircleDashed } from 'lucide-react'
import type { DeviceReport } from '../../../src-preload/contract/device.ts'
import { tx } from '../../lib/i18n/elements.ts'
import { serviceText } from '../../lib/i18n/service-text.ts'
import { msg, t } from '../../lib/i18n/translate.ts'
import { cardFacts } from './card-facts.ts'
import { type Fact, trialFacts } from './trial-facts.ts'

const statuses = {
  usable: { word: msg('Usable'), tone: 'good', icon: CircleCheck },
  missing: { word: msg('Not here'), tone: 'quiet', icon: CircleDashed },
  unusable: { word: msg('Does not work'), tone: 'bad', icon: CircleAlert },
} as const

/** One device: its state, what to do about it, and what its trial measured. */
export function DeviceCard({ report }: { report: DeviceReport }) {
  const { word, tone, icon: Icon } = statuses[report.status]
  return (
    <li className="card device">
      <div className="device-head">
        <code>{report.id}</code>
        <h2>{t(report.title)}</h2>
        <span className={`status tone-${tone}`}>
          <Icon size={15} aria-hidden />
          {t(word)}
        </span>
      </div>
      {report.detail && <p>{serviceText(report.detail)}</p>}
      {report.install && (
        <p>{tx('Install it with {command}, then try again.', { command: <code>{report.install}</code> })}</p>
      )}
      {report.card && <Facts facts={cardFacts(report.card)} />}
      {report.trial && <Facts facts={trialFacts(report.id, report.trial)} />}
      <p className="quiet">{t(report.memory)}</p>
    </li>
  )
}

function Facts({ facts }: { facts: readonly Fact[] }) {
  if (facts.length === 0) return null
  return (
    <dl className="device-facts">
      {facts.map(({ label, text }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  )
}
