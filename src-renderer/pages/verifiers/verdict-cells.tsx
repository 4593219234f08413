import type { CheckedResponse } from '../../../src-preload/contract/verify.ts'
import { serviceText } from '../../lib/i18n/service-text.ts'
import { t } from '../../lib/i18n/translate.ts'
import { Verdict } from '../../ui/verdict.tsx'

/** The heads of those cells. */
export function VerdictHeads() {
  return (
    <>
      <th>{t('Verdict')}</th>
      <th>{t('Extracted')}</th>
      <th>{t('Read as')}</th>
      <th>{t('Reason')}</th>
      <th className="number">{t('Score')}</th>
      <th className="number">{t('Time')}</th>
    </>
  )
}

/** One verdict as the cells of a row. */
export function VerdictCells({ verdict }: { verdict: CheckedResponse }) {
  return (
    <>
      <td className="unbroken">
        <Verdict correct={verdict.correct} word />
      </td>
      <td className="mono">{verdict.extracted ?? <span className="quiet">{t('none')}</span>}</td>
      <td className="mono">{verdict.parsed ? serviceText(verdict.parsed) : <span className="quiet">–</span>}</td>
      <td>{serviceText(verdict.reason)}</td>
      <td className="number unbroken">{verdict.score.toFixed(2)}</td>
      <td className="number unbroken">{verdict.ms === null ? '–' : `${verdict.ms.toFixed(1)} ms`}</td>
    </>
  )
}
