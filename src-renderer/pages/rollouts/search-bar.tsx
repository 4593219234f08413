import { ListFilter, Search } from 'lucide-react'
import { useEffect, useState } from 'react'
import { type RolloutOrder, rolloutOrders } from '../../../src-preload/contract/run.ts'
import type { SetAddressState } from '../../lib/hash-location.ts'
import { msg, t } from '../../lib/i18n/translate.ts'
import { Menu } from '../../ui/menu.tsx'

const searchHelp = msg(
  'Words of the response, or conditions such as reward<1, truncated, wrong, unparsed, nospread, step>200, tokens>=500, entropy>0.3, prompt:"48 +", found:12, text:"wait", contains:\\boxed, -correct',
)

const orderLabels: Readonly<Record<RolloutOrder, string>> = {
  newest: msg('newest first'),
  oldest: msg('oldest first'),
  best: msg('best first'),
  worst: msg('worst first'),
  longest: msg('longest first'),
  'most-uncertain': msg('most uncertain first'),
  random: msg('at random'),
}

/** Conditions that the menu adds, with what they keep. */
const conditions: readonly (readonly [condition: string, label: string])[] = [
  ['wrong', msg('Wrong answers')],
  ['truncated', msg('Cut at the length limit')],
  ['unparsed', msg('No answer found')],
  ['nospread', msg('Groups whose rewards are all equal')],
  ['spread', msg('Groups with different rewards')],
  ['filtered', msg('Dropped by the group filter')],
  ['accuracy<0.5', msg('Prompts mostly answered wrong')],
  ['entropy>0.3', msg('Mean entropy above 0.3 nats')],
  ['traced', msg('With every token recorded')],
]

interface SearchBarProps {
  readonly filter: string
  /** Empty shows step by step, which a filter does not. */
  readonly order: RolloutOrder | ''
  readonly onFilter: SetAddressState
  readonly onOrder: SetAddressState
}

/** A pause in typing after which the services are asked. */
const askAfterMs = 250

/** Searches the responses of every step of a run. */
export function SearchBar({ filter, order, onFilter, onOrder }: SearchBarProps) {
  const [typed, setTyped] = useState(filter)
  useEffect(() => setTyped(filter), [filter])
  useEffect(() => {
    if (typed === filter) return
    // Going back leads out of a search, not through its beginnings.
    const timer = setTimeout(() => onFilter(typed, { replace: filter !== '' }), askAfterMs)
    return () => clearTimeout(timer)
  }, [typed, filter, onFilter])
  return (
    <search className="rollout-search">
      <label className="search" title={t(searchHelp)}>
        <Search size={14} aria-hidden />
        <input
          id="rollout-search"
          className="input"
          type="search"
          placeholder={t('Search all steps: words, reward<1, truncated, step>200, text:"wait" …')}
          aria-label={t('Search the responses of all steps')}
          aria-description={t(searchHelp)}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </label>
      <Menu
        label={t('Add a condition')}
        labelled
        icon={<ListFilter size={14} aria-hidden />}
        items={conditions.map(([condition, label]) => ({
          label: t(label),
          run: () => onFilter(`${filter} ${condition}`.trim(), {}),
        }))}
      />
      <select
        className="select"
        aria-label={t('Order of the responses')}
        value={order}
        onChange={(event) => onOrder(event.target.value, {})}
      >
        {filter === '' && <option value="">{t('step by step')}</option>}
        {rolloutOrders.map((id) => (
          <option key={id} value={id}>
            {t(orderLabels[id])}
          </option>
        ))}
      </select>
    </search>
  )
}
