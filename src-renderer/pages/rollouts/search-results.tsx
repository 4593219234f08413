import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import { parseFilter } from '../../../src-preload/contract/filter.ts'
import { rolloutFields } from '../../../src-preload/contract/rollout-fields.ts'
import type { RolloutMatch, RolloutOrder, RolloutSearchResult } from '../../../src-preload/contract/run.ts'
import { visibleText } from '../../heatmap/tokens.ts'
import { useServices } from '../../lib/context.tsx'
import { formatFixed, formatPercent } from '../../lib/format.ts'
import type { SetAddressState } from '../../lib/hash-location.ts'
import { msg, t, tn } from '../../lib/i18n/translate.ts'
import { links } from '../../lib/links.ts'
import { BesideButton } from '../../ui/beside-button.tsx'
import { BusyBar } from '../../ui/busy-bar.tsx'
import { Button } from '../../ui/button.tsx'
import { Await } from '../../ui/message.tsx'
import { useRovingRows } from '../../ui/roving-rows.ts'
import { finishWords, Verdict } from '../../ui/verdict.tsx'

const pageSize = 100

interface SearchResultsProps {
  readonly runId: string
  readonly filter: string
  readonly order: RolloutOrder
  readonly onFilter: SetAddressState
}

/** Responses of every step that fit the filter. */
export function SearchResults({ runId, filter, order, onFilter }: SearchResultsProps) {
  const { client } = useServices()
  const query = useInfiniteQuery({
    queryKey: ['rollouts.search', runId, filter, order],
    queryFn: ({ pageParam }) =>
      client.call('rollouts.search', { id: runId, filter, order, offset: pageParam, limit: pageSize }),
    initialPageParam: 0,
    getNextPageParam: (last, pages) => {
      const shown = pages.reduce((sum, page) => sum + page.rollouts.length, 0)
      return shown < last.total ? shown : null
    },
    placeholderData: (before) => before,
  })
  return (
    <Await query={query} what={t('the responses')}>
      {({ pages }) => {
        const found = pages.flatMap((page) => page.rollouts)
        return (
          <>
            {query.isPlaceholderData && <BusyBar label={t('Searching')} />}
            <Facets result={pages[0]!} filter={filter} onFilter={onFilter} />
            {found.length === 0 ? (
              <div className="empty">
                <p>{t('No response of this run fits the filter.')}</p>
                <Button onClick={() => onFilter('', {})}>{t('Clear the search')}</Button>
              </div>
            ) : (
              <Matches matches={found} filter={filter} />
            )}
            {query.hasNextPage && (
              <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                {query.isFetchingNextPage
                  ? t('Loading…')
                  : t('Show more of {count} responses', { count: pages[0]!.total })}
              </Button>
            )}
          </>
        )
      }}
    </Await>
  )
}

/** What holds for all that was found; a click narrows the filter. */
function Facets({
  result,
  filter,
  onFilter,
}: { result: RolloutSearchResult } & Pick<SearchResultsProps, 'filter' | 'onFilter'>) {
  const { total, correct, truncated, unparsed, filtered, meanReward, firstStep, lastStep } = result
  const { groups, groupsWithoutSpread } = result
  const facets = [
    [msg('correct'), correct],
    [msg('wrong'), total - correct],
    [msg('truncated'), truncated],
    [msg('unparsed'), unparsed],
    [msg('filtered'), filtered],
  ] as const
  const words = new Set(parseFilter(filter).map((term) => term.value))
  return (
    <p className="facets">
      <b>{tn(total, '{count} response', '{count} responses')}</b>
      {total > 0 && (
        <span className="quiet">
          {t('steps {first} to {last}, mean reward {reward}', {
            first: String(firstStep),
            last: String(lastStep),
            reward: formatFixed(meanReward, 3),
          })}
        </span>
      )}
      {facets
        .filter(([name, count]) => count > 0 && count < total && !words.has(name))
        .map(([name, count]) => (
          <Button key={name} small onClick={() => onFilter(`${filter} ${name}`.trim(), {})}>
            {t(name)} <span className="quiet">{formatPercent(count / total, 1)}</span>
          </Button>
        ))}
      {groupsWithoutSpread > 0 && groupsWithoutSpread < groups && (
        <Button small onClick={() => onFilter(`${filter} nospread`.trim(), {})}>
          {t('nospread')}{' '}
          <span className="quiet">{t('{flat} of {groups} groups', { flat: groupsWithoutSpread, groups })}</span>
        </Button>
      )}
    </p>
  )
}

function Matches({ matches, filter }: { matches: readonly RolloutMatch[]; filter: string }) {
  const roving = useRovingRows<HTMLUListElement>('li')
  return (
    <div className="card match-list">
      <MatchHead />
      <ul {...roving}>
        {matches.map((match) => (
          <Match key={match.id} match={match} filter={filter} />
        ))}
      </ul>
    </div>
  )
}

/** Names the columns; each line tells a screen reader by itself what its numbers are. */
function MatchHead() {
  return (
    <div className="match-head" aria-hidden>
      <span />
      <span>{t('Step')}</span>
      <span>{t('Response')}</span>
      <span>{t('Answer found')}</span>
      <span className="number">{t('Reward')}</span>
      <span className="number">{t('Tokens')}</span>
      <span className="number">{t('Mean entropy')}</span>
      <span>{t('End')}</span>
      <span />
    </div>
  )
}

interface MatchProps {
  readonly match: RolloutMatch
  readonly filter: string
}

function Match({ match, filter }: MatchProps) {
  const { id, step, group, index, correct, prompt, promptId, preview, extracted, answer, reward, tokens } = match
  const shown = visibleText(preview).replaceAll('·', ' ')
  return (
    <li className="match">
      <Verdict correct={correct} />
      <span className="match-place">
        <Link href={links.rollouts(match.runId, step)}>{t('step {step}', { step: String(step) })}</Link>
        <span className="quiet">
          {group + 1}.{index + 1}
        </span>
      </span>
      <span className="match-texts">
        <span className="match-prompt">
          <span className="mono ellipsis" title={prompt}>
            <Marked text={prompt} words={soughtWords(filter, ['prompt'])} />
          </span>
          <Link
            href={links.samePrompt(match.runId, promptId)}
            className="link-button"
            title={t('All responses to this prompt, through time')}
          >
            {t('same prompt')}
          </Link>
        </span>
        <Link href={links.rollout(id)} className="mono ellipsis match-preview" title={shown}>
          <Marked text={shown || t('empty response')} words={soughtWords(filter, ['', 'text', 'contains'])} />
        </Link>
      </span>
      <span className="mono match-found" title={t('Found; expected {answer}', { answer })}>
        {extracted ?? '–'}
      </span>
      <span className="number" title={t('Reward')}>
        {formatFixed(reward, 2)}
      </span>
      <span className="number" title={t('Tokens')}>
        {tokens}
      </span>
      <span className="number" title={t('Mean entropy')}>
        {formatFixed(match.meanEntropy, 3)} <span className="quiet">{t('nats')}</span>
      </span>
      <span className={match.finishReason === 'length' ? 'tone-warn' : 'quiet'}>
        {t(finishWords[match.finishReason])}
      </span>
      <BesideButton rolloutId={id} />
    </li>
  )
}

/** What a filter seeks in the texts of these fields; a word that says what a response is seeks no text. */
export function soughtWords(filter: string, fields: readonly string[]): string[] {
  return parseFilter(filter)
    .filter(({ field, operator, negated }) => fields.includes(field) && operator === ':' && !negated)
    .filter(({ field, value }) => field !== '' || !flags.includes(value.toLowerCase()))
    .map(({ value }) => value)
    .filter((value) => value !== '')
}

const flags: readonly string[] = rolloutFields.flags
const special = /[.*+?^${}()|[\]\\]/g

/** The words that were sought stand out. */
function Marked({ text, words }: { readonly text: string; readonly words: readonly string[] }) {
  if (words.length === 0) return text
  const sought = words.map((word) => word.replace(special, '\\$&')).join('|')
  const parts = text.split(new RegExp(`(${sought})`, 'giu')).map((part, index) => ({ part, key: `${index}` }))
  return parts.map(({ part, key }, index) => (index % 2 === 1 ? <mark key={key}>{part}</mark> : part))
}
