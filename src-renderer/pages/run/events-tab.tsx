import { Link } from 'wouter'
import { metricInfo } from '../../../src-preload/contract/metrics.ts'
import type { RunDetail, RunSummary } from '../../../src-preload/contract/run.ts'
import { formatBytes, formatNumber, formatPercent, formatTime } from '../../lib/format.ts'
import { serviceText } from '../../lib/i18n/service-text.ts'
import { t } from '../../lib/i18n/translate.ts'
import { links } from '../../lib/links.ts'
import { useCall } from '../../lib/queries.ts'
import { Await } from '../../ui/message.tsx'

/** What happened in a run: evaluations, checkpoints and events. */
export function EventsTab({ run }: { run: RunSummary }) {
  const detail = useCall('runs.get', { id: run.id }, { keepPrevious: true })
  return (
    <Await query={detail} what={t('the events')}>
      {(data) => (
        <div className="event-columns">
          <Evaluations detail={data} />
          <Checkpoints detail={data} />
          <Events detail={data} />
        </div>
      )}
    </Await>
  )
}

function Evaluations({ detail: { evaluations } }: { detail: RunDetail }) {
  const names = [...new Set(evaluations.flatMap((one) => Object.keys(one.metrics)))].filter(
    (name) => !name.endsWith('/stderr'),
  )
  const hasErrors = evaluations.some(({ metrics }) => Object.keys(metrics).some((name) => name.endsWith('/stderr')))
  return (
    <section aria-label={t('Evaluations')}>
      <h2>{t('Held-out evaluations')}</h2>
      {hasErrors && <p className="quiet">{t('± is one standard error; Compare shows 95 % intervals.')}</p>}
      {evaluations.length === 0 ? (
        <p className="quiet">{t('None yet.')}</p>
      ) : (
        <div className="card table-box">
          <table className="table">
            <thead>
              <tr>
                <th className="number">{t('Step')}</th>
                {names.map((name) => (
                  <th key={name} className="number" title={t(metricInfo(name).description)}>
                    {t(metricInfo(name).label)}
                  </th>
                ))}
                <th>{t('Data')}</th>
              </tr>
            </thead>
            <tbody>
              {evaluations.map((one) => (
                <tr key={`${one.step} ${one.dataset}`}>
                  <td className="number">{one.step}</td>
                  {names.map((name) => (
                    <td key={name} className="number">
                      {evaluationText(name, one.metrics[name], one.metrics[`${name}/stderr`])}
                    </td>
                  ))}
                  <td className="quiet">
                    {t('{problems} problems, {samples} samples', { problems: one.problems, samples: one.n })}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  )
}

/** A value with its standard error where one is known. */
function evaluationText(name: string, value: number | undefined, error: number | undefined): string {
  const isFraction = metricInfo(name).unit === 'fraction'
  const text = isFraction ? formatPercent(value, 1) : formatNumber(value)
  if (error === undefined) return text
  return `${text} ± ${isFraction ? (error * 100).toFixed(1) : formatNumber(error, 2)}`
}

function Checkpoints({ detail: { checkpoints, config, summary } }: { detail: RunDetail }) {
  return (
    <section aria-label={t('Checkpoints')}>
      <h2>{t('Checkpoints')}</h2>
      {checkpoints.length === 0 ? (
        <p className="quiet">{t('None yet.')}</p>
      ) : (
        <div className="card table-box">
          <table className="table">
            <thead>
              <tr>
                <th className="number">{t('Step')}</th>
                <th className="number">{t('Size')}</th>
                <th>{t('Written')}</th>
                <th>{t('Folder (Hugging Face layout)')}</th>
                <th>
                  <span className="visually-hidden">{t('What can be done with it')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {checkpoints.toReversed().map((one) => (
                <tr key={one.step}>
                  <td className="number">{one.step}</td>
                  <td className="number">{formatBytes(one.bytes)}</td>
                  <td className="quiet">{formatTime(one.createdAtMs)}</td>
                  <td className="mono path">{one.folder}</td>
                  <td className="checkpoint-links">
                    <Link href={links.sample({ model: `${summary.id}@${one.step}` })}>{t('Sample')}</Link>{' '}
                    {/* An adapter's checkpoint is no model by itself. */}
                    {config.lora === null && <Link href={links.trainOn(summary.id, one.step)}>{t('Train on')}</Link>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  )
}

function Events({ detail: { events } }: { detail: RunDetail }) {
  return (
    <section aria-label={t('Events')}>
      <h2>{t('Events')}</h2>
      {events.length === 0 ? (
        <p className="quiet">{t('None yet.')}</p>
      ) : (
        <ol className="card event-list">
          {events.toReversed().map((event) => (
            <li key={`${event.atMs} ${event.step} ${event.kind} ${event.message}`}>
              <span className="quiet">{formatTime(event.atMs, true)}</span>
              <span className="quiet">{t('step {step}', { step: String(event.step) })}</span>
              <span className="chip">{t(event.kind)}</span>
              <span>{serviceText(event.message)}</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  )
}
