import { memo, useRef } from 'react'
import { Link } from 'wouter'
import type { PromptPair, PromptPairs } from '../../../src-preload/contract/run.ts'
import { signTest, winInterval } from '../../chart/compare/sign-test.ts'
import { formatFixed, formatPercent } from '../../lib/format.ts'
import { tx } from '../../lib/i18n/elements.ts'
import { t } from '../../lib/i18n/translate.ts'
import { links } from '../../lib/links.ts'
import { useNearSight } from '../../lib/near-sight.ts'
import { Message } from '../../ui/message.tsx'

interface PairedTableProps {
  readonly found: PromptPairs
  /** Of the baseline, on the left, and of the run that is held against it. */
  readonly left: string
  readonly right: string
}

/** Steps of training that one side may be ahead on average before the page says so. */
const fewSteps = 2

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
export const PairedTable = memo(function PairedTable({ found, left, right }: PairedTableProps) {
  const place = useRef<HTMLElement>(null)
  const near = useNearSight(place)
  const { prompts, leftBetter, rightBetter, gained, lost, pairs } = found
  const ties = prompts - leftBetter - rightBetter
  return (
    <>
      <p className="paired-counts">
        {tx(
          'Prompts in common: {count}. {left} is better on {leftBetter}, {right} on {rightBetter}, {ties} are alike.',
          {
            count: prompts,
            left: <b>{left}</b>,
            right: <b>{right}</b>,
            ...{ leftBetter, rightBetter, ties },
          },
        )}{' '}
        {t('Flips: {gained} become right, {lost} wrong.', { gained, lost })}{' '}
        <span className="quiet">
          {winSentence(right, rightBetter, leftBetter)}{' '}
          {t('Two-sided sign test: p = {p}.', { p: signTest(leftBetter, rightBetter).toPrecision(2) })}
        </span>
      </p>
      <StepsApart {...{ found, left, right }} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable with the keys. */}
      <section ref={place} className="card paired-box" tabIndex={0} aria-label={t('Prompts in common')}>
        {near ? <PairRows {...{ pairs, left, right }} /> : <div className="paired-place" />}
      </section>
    </>
  )
})

/** At which steps the runs answered, and a caveat where one of them had trained longer. */
function StepsApart({ found: { leftMeanStep, rightMeanStep }, left, right }: PairedTableProps) {
  const steps = {
    leftStep: formatFixed(leftMeanStep, 1),
    rightStep: formatFixed(rightMeanStep, 1),
    ...{ left, right },
  }
  const apart = rightMeanStep - leftMeanStep
  const sentence = t(
    'Each prompt is paired where the steps of the runs are nearest: step {leftStep} of {left} and {rightStep} of {right} on average.',
    steps,
  )
  if (Math.abs(apart) <= fewSteps) return <p className="quiet">{sentence}</p>
  return (
    <Message tone="warn">
      {sentence}{' '}
      {t('{run} had trained {steps} steps longer: some of the difference may come from that.', {
        run: apart > 0 ? right : left,
        steps: formatFixed(Math.abs(apart), 1),
      })}
    </Message>
  )
}

interface PairRowsProps extends Pick<PairedTableProps, 'left' | 'right'> {
  readonly pairs: readonly PromptPair[]
}

function PairRows({ pairs, left, right }: PairRowsProps) {
  return (
    <table className="table compact-table">
      <thead>
        <tr>
          <th>{t('Prompt')}</th>
          <th>{t('Answer')}</th>
          <th className="number">{left}</th>
          <th className="number">{right}</th>
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
  )
}
