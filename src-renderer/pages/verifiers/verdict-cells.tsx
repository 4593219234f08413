import type { CheckedResponse } from '../../../src-preload/contract/verify.ts'
import { Verdict } from '../../ui/verdict.tsx'

export const verdictHeads = (
  <>
    <th>Verdict</th>
    <th>Extracted</th>
    <th>Read as</th>
    <th>Reason</th>
    <th className="number">Score</th>
    <th className="number">Time</th>
  </>
)

/** One verdict as the cells of a row. */
export function VerdictCells({ verdict }: { verdict: CheckedResponse }) {
  return (
    <>
      <td className="unbroken">
        <Verdict correct={verdict.correct} word />
      </td>
      <td className="mono">{verdict.extracted ?? <span className="quiet">none</span>}</td>
      <td className="mono">{verdict.parsed ?? <span className="quiet">–</span>}</td>
      <td>{verdict.reason}</td>
      <td className="number unbroken">{verdict.score.toFixed(2)}</td>
      <td className="number unbroken">{verdict.ms === null ? '–' : `${verdict.ms.toFixed(1)} ms`}</td>
    </>
  )
}
