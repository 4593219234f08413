import { Equal, FilterX } from 'lucide-react'
import { memo } from 'react'
import { Link } from 'wouter'
import type { GroupSummary, RolloutSummary } from '../../../src-preload/contract/run.ts'
import { visibleText } from '../../heatmap/tokens.ts'
import { formatFixed } from '../../lib/format.ts'
import { tx } from '../../lib/i18n/elements.ts'
import { t } from '../../lib/i18n/translate.ts'
import { links } from '../../lib/links.ts'
import { BesideButton } from '../../ui/beside-button.tsx'
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
  'col-beside',
]

/** One prompt with the responses sampled for it. */
export const GroupCard = memo(function GroupCard({ group }: { group: GroupSummary }) {
  const right = group.rollouts.filter((rollout) => rollout.correct).length
  return (
    <section className="card group" aria-label={t('Group {number}', { number: group.group + 1 })}>
      <header className="group-head">
        <span className="quiet">{group.group + 1}</span>
        <h2 className="mono group-prompt" title={group.prompt}>
          {group.prompt}
        </h2>
        <span className="group-answer">
          {tx('answer {answer}', { answer: <b className="mono">{group.answer}</b> })}
        </span>
        {hasNoSpread(group) && (
          <span className="chip" title={t('All rewards are equal: no advantage, no gradient.')}>
            <Equal size={12} aria-hidden /> {t('no spread')}
          </span>
        )}
        {group.filtered && (
          <span className="chip" title={t('Dropped from the update by the group filter.')}>
            <FilterX size={12} aria-hidden /> {t('filtered')}
          </span>
        )}
        <Link href={links.samePrompt(group.runId, group.promptId)} className="group-through-time">
          {t('through time')}
        </Link>
        <span className="group-score">{t('{right} / {all} correct', { right, all: group.rollouts.length })}</span>
        {group.rollouts[0] && (
          <Link href={links.sample({ rollout: group.rollouts[0].id })} className="group-sample">
            {t('Sample this prompt')}
          </Link>
        )}
      </header>
      <table className="table response-table">
        <colgroup>
          {columnClasses.map((column) => (
            <col key={column} className={column} />
          ))}
        </colgroup>
        <thead>
          <tr>
            <th>
              <span className="visually-hidden">{t('Verdict')}</span>
            </th>
            <th>{t('Response')}</th>
            <th className="number">{t('Answer found')}</th>
            <th className="number">{t('Reward')}</th>
            <th className="number">{t('Advantage')}</th>
            <th className="number">{t('Tokens')}</th>
            <th className="number">{t('Mean entropy')}</th>
            <th>{t('End')}</th>
            <th>
              <span className="visually-hidden">{t('Side by side')}</span>
            </th>
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
          {visibleText(rollout.preview).replaceAll('·', ' ') || t('empty response')}
        </Link>
      </td>
      <td className="mono found-cell">{rollout.extracted ?? '–'}</td>
      <td className="number">{formatFixed(rollout.reward, 2)}</td>
      <td className="number">
        {rollout.advantage > 0 ? '+' : ''}
        {formatFixed(rollout.advantage, 2)}
      </td>
      <td className="number">{rollout.tokens}</td>
      <td className="number">
        {formatFixed(rollout.meanEntropy, 3)} <span className="quiet">{t('nats')}</span>
      </td>
      <td className={rollout.finishReason === 'length' ? 'tone-warn' : 'quiet'}>
        {t(finishWords[rollout.finishReason])}
      </td>
      <td className="beside-cell">
        <BesideButton rolloutId={rollout.id} />
      </td>
    </tr>
  )
}
