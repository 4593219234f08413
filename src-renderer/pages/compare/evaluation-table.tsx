import { metricInfo } from '../../../src-preload/contract/metrics.ts'
import type { EvaluationInfo } from '../../../src-preload/contract/run.ts'
import { evaluationInterval } from '../../chart/compare/metric-at.ts'
import { errorSentence, formatInUnit } from '../../lib/format.ts'
import { t } from '../../lib/i18n/translate.ts'
import { Message } from '../../ui/message.tsx'
import type { ComparedDetails } from './use-details.ts'

/** The last held-out evaluation of each run, with 95 % intervals from the stored standard errors. */
export function EvaluationTable({ names, details }: { names: readonly string[]; details: ComparedDetails }) {
  const { evaluations: last, error } = details
  if (error) return <Message tone="bad">{errorSentence(error)}</Message>
  if (!last) return <p className="loading">{t('Loading the evaluations…')}</p>
  const metrics = [...new Set(last.flatMap((one) => Object.keys(one?.metrics ?? {})))].filter(
    (name) => !name.endsWith('/stderr'),
  )
  if (metrics.length === 0) return <p className="quiet">{t('None of the runs was evaluated yet.')}</p>
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable with the keys.
    <section className="card table-scroll" tabIndex={0} aria-label={t('Last evaluation of each run')}>
      <table className="table compact-table">
        <thead>
          <tr>
            <th>{t('Run')}</th>
            <th className="number">{t('Step')}</th>
            {metrics.map((name) => (
              <th key={name} className="number" title={t(metricInfo(name).description)}>
                {t(metricInfo(name).label)}
              </th>
            ))}
            <th>{t('Data')}</th>
          </tr>
        </thead>
        <tbody>
          {last.map((one, index) => (
            <tr key={names[index]}>
              <td>{names[index]}</td>
              <td className="number">{one?.step ?? '–'}</td>
              {metrics.map((name) => (
                <td key={name} className="number">
                  {one && <EvaluationValue name={name} evaluation={one} />}
                </td>
              ))}
              <td className="quiet compare-data">
                {one
                  ? `${one.dataset}, ${t('{problems} problems, {samples} samples', { problems: one.problems, samples: one.n })}`
                  : '–'}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function EvaluationValue({ name, evaluation: { metrics } }: { name: string; evaluation: EvaluationInfo }) {
  const text = (value: number | undefined): string => formatInUnit(value, metricInfo(name).unit, 3)
  const interval = evaluationInterval(name, metrics)
  return (
    <>
      {text(metrics[name])}{' '}
      {interval && (
        <span className="quiet interval" title={t('95 % interval over problems')}>
          {t('{low} to {high}', { low: text(interval[0]), high: text(interval[1]) })}
        </span>
      )}
    </>
  )
}
