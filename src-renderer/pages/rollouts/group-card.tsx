import { Equal, FilterX } from 'lucide-react'
import { memo } from 'react'
import { Link } from 'wouter'
import type { GroupSummary, RolloutSummary } from '../../../src-preload/contract/run.ts'
import { visibleText } from '../../heatmap/tokens.ts'
import { formatFixed } from '../../lib/format.ts'
import { t } from '../../lib/i18n/translate.ts'
import { links } from '../../lib/links.ts'
import { finishWords, Verdict } from '../../ui/verdict.tsx'
import { hasNoSpread } from './group-filter.ts'

const columnClasses = [
  'col-verdict',
  'col-preview',
  'col-found',
  'col-reward',
  'col-advantage',
  'col-tokens',
  'col-entropy',
  'col-end',
]

/** One prompt with the responses sampled for it. */
export const GroupCard = memo(function GroupCard({ group }: { group: GroupSummary }) {
  const right = group.rollouts.filter((rollout) => rollout.correct).length
  return (
    <section className="card group" aria-label={`Group ${group.group + 1}`}>
      <header className="group-head">
        <span className="quiet">{group.group + 1}</span>
        <h3 className="mono group-prompt" title={group.prompt}>
          {group.prompt}
        </h3>
        <span className="group-answer">
          answer <b className="mono">{group.answer}</b>
        </span>
        {hasNoSpread(group) && (
          <span className="chip" title="All rewards are equal: no advantage, no gradient.">
            <Equal size={12} aria-hidden /> no spread
          </span>
        )}
        {group.filtered && (
          <span className="chip" title="Dropped from the update by the group filter.">
            <FilterX size={12} aria-hidden /> filtered
          </span>
        )}
        <span className="group-score">
          {right} / {group.rollouts.length} correct
        </span>
      </header>
      <table className="table response-table">
        <colgroup>
          {columnClasses.map((column) => (
            <col key={column} className={column} />
          ))}
        </colgroup>
        <thead className="visually-hidden">
          <tr>
            <th>Verdict</th>
            <th>Response</th>
            <th>Answer found</th>
            <th>Reward</th>
            <th>Advantage</th>
            <th>Tokens</th>
            <th>Mean entropy</th>
            <th>End</th>
          </tr>
        </thead>
        <tbody>
          {group.rollouts.map((rollout) => (
            <ResponseRow key={rollout.id} rollout={rollout} />
          ))}
        </tbody>
      </table>
    </section>
  )
})

function ResponseRow({ rollout }: { rollout: RolloutSummary }) {
  return (
    <tr>
      <td className="verdict-cell">
        <Verdict correct={rollout.correct} />
      </td>
      <td className="preview-cell">
        <Link href={links.rollout(rollout.id)} className="mono">
          {visibleText(rollout.preview).replaceAll('·', ' ') || 'empty response'}
        </Link>
      </td>
      <td className="mono found-cell" title="Answer found">
        {rollout.extracted ?? '–'}
      </td>
      <td className="number" title="Reward">
        {formatFixed(rollout.reward, 2)}
      </td>
      <td className="number" title="Advantage">
        {rollout.advantage > 0 ? '+' : ''}
        {formatFixed(rollout.advantage, 2)}
      </td>
      <td className="number" title="Tokens">
        {rollout.tokens} <span className="quiet">tok</span>
      </td>
      <td className="number" title="Mean entropy">
        {formatFixed(rollout.meanEntropy, 3)} <span className="quiet">nats</span>
      </td>
      <td className={rollout.finishReason === 'length' ? 'tone-warn' : 'quiet'}>
        {t(finishWords[rollout.finishReason])}
      </td>
    </tr>
  )
}
