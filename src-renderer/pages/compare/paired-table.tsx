import { Link } from 'wouter'
import type { PromptPair } from '../../../src-preload/contract/run.ts'
import { signTest, winInterval } from '../../chart/compare/sign-test.ts'
import { formatPercent } from '../../lib/format.ts'
import { tx } from '../../lib/i18n/elements.ts'
import { t } from '../../lib/i18n/translate.ts'
import { links } from '../../lib/links.ts'
import { useCall } from '../../lib/queries.ts'
import { Await } from '../../ui/message.tsx'

interface PairedTableProps {
  readonly left: string
  readonly right: string
  readonly names: readonly [left: string, right: string]
}

/** Whether the answer is right by half of the responses of one run and not of the other. */
const isFlip = ({ leftAccuracy, rightAccuracy }: PromptPair): boolean => leftAccuracy >= 0.5 !== rightAccuracy >= 0.5

/** How often the second run is better where they differ, with Wilson's interval. */
function winSentence(name: string, wins: number, losses: number): string {
  const interval = winInterval(wins, losses)
  if (!interval) return ''
  const [low, high] = interval.map((share) => formatPercent(share, 0))
  return t('{run} wins {share} of those that differ (95 %: {low} to {high}).', {
    run: name,
    share: formatPercent(wins / (wins + losses), 0),
    low: low!,
    high: high!,
  })
}

/** The prompts both runs have sampled: answers that flip first, then those that differ most. */
export function PairedTable({ left, right, names }: PairedTableProps) {
  const query = useCall('runs.paired-prompts', { left, right, limit: 50 }, { keepPrevious: true })
  return (
    <Await query={query} what={t('the prompts both runs share')}>
      {({ prompts, leftBetter, rightBetter, gained, lost, pairs }) => {
        if (prompts === 0) return <p className="quiet">{t('The two runs have no prompt in common.')}</p>
        const ties = prompts - leftBetter - rightBetter
        return (
          <>
            <p className="paired-counts">
              {tx(
                'Prompts in common: {count}. {left} is better on {leftBetter}, {right} on {rightBetter}, {ties} are alike.',
                {
                  count: prompts,
                  left: <b>{names[0]}</b>,
                  right: <b>{names[1]}</b>,
                  ...{ leftBetter, rightBetter, ties },
                },
              )}{' '}
              {t('Flips: {gained} become right, {lost} wrong.', { gained, lost })}{' '}
              <span className="quiet">
                {winSentence(names[1], rightBetter, leftBetter)}{' '}
                {t('Two-sided sign test: p = {p}.', { p: signTest(leftBetter, rightBetter).toPrecision(2) })}
              </span>
            </p>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable with the keys. */}
            <section className="card paired-box" tabIndex={0} aria-label={t('Prompts in common')}>
              <table className="table compact-table">
                <thead>
                  <tr>
                    <th>{t('Prompt')}</th>
                    <th>{t('Answer')}</th>
                    <th className="number">{names[0]}</th>
                    <th className="number">{names[1]}</th>
                    <th>{t('Responses')}</th>
                  </tr>
                </thead>
                <tbody>
                  {pairs.map((pair) => (
                    <tr key={pair.promptId}>
                      <td className="mono ellipsis paired-prompt" title={pair.prompt}>
                        {pair.prompt}
                      </td>
                      <td className="mono">
                        {pair.answer} {isFlip(pair) && <span className="chip">{t('flip')}</span>}
                      </td>
                      <td className="number">
                        {formatPercent(pair.leftAccuracy)}{' '}
                        <span className="quiet">{t('step {step}', { step: String(pair.leftStep) })}</span>
                      </td>
                      <td className="number">
                        {formatPercent(pair.rightAccuracy)}{' '}
                        <span className="quiet">{t('step {step}', { step: String(pair.rightStep) })}</span>
                      </td>
                      <td>
                        <Link href={links.pair(pair.leftId, pair.rightId)}>{t('side by side')}</Link>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </section>
          </>
        )
      }}
    </Await>
  )
}
