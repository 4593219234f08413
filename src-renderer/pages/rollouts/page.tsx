import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useMemo, useRef } from 'react'
import { Link } from 'wouter'
import { type GroupSummary, type RunSummary, rolloutOrders } from '../../../src-preload/contract/run.ts'
import type { Action } from '../../commands/actions.ts'
import { usePageActions } from '../../commands/registry.ts'
import { useRun, useRuns } from '../../lib/context.tsx'
import { formatFixed, formatPercent } from '../../lib/format.ts'
import { navigate, useAddressState } from '../../lib/hash-location.ts'
import { links } from '../../lib/links.ts'
import { useCall } from '../../lib/queries.ts'
import { Button } from '../../ui/button.tsx'
import { Await, Message } from '../../ui/message.tsx'
import { useRovingRows } from '../../ui/roving-rows.ts'
import { useRunActions } from '../../ui/run-controls.tsx'
import { RunHeader } from '../../ui/run-header.tsx'
import { GroupCard } from './group-card.tsx'
import { filterGroups, groupFilters, stepSummary } from './group-filter.ts'
import { SearchBar } from './search-bar.tsx'
import { SearchResults } from './search-results.tsx'
import './rollouts.css'
import { rolloutFields } from '../../../src-preload/contract/rollout-fields.ts'
import { t } from '../../lib/i18n/translate.ts'
import { FilterDoubts } from '../../ui/filter-doubts.tsx'

/** Sampled responses of a run by step and prompt. Without a step it follows the latest. */
export function RolloutsPage({ id, step }: { id: string; step: number | undefined }) {
  const known = useRuns() !== null
  const run = useRun(id)
  if (run) return <KnownRollouts run={run} step={step} />
  if (!known) return <p className="loading">{t('Loading the run…')}</p>
  return (
    <div className="page">
      <Message tone="warn">
        {t('There is no run “{id}” in this workspace. It may have been deleted.', { id })}{' '}
        <Link href={links.runs}>{t('See all runs')}</Link>
      </Message>
    </div>
  )
}

function KnownRollouts({ run, step }: { run: RunSummary; step: number | undefined }) {
  const runActions = useRunActions(run)
  usePageActions(runActions)
  const [filter, setFilter] = useAddressState('q')
  const [orderText, setOrder] = useAddressState('order')
  const order = rolloutOrders.find((one) => one === orderText) ?? (filter === '' ? '' : 'newest')
  const steps = useCall('rollouts.steps', { id: run.id }, { keepPrevious: true })
  return (
    <div className="page">
      <RunHeader run={run} actions={runActions} tab="rollouts" />
      <Await query={steps} what={t('the steps')}>
        {(all) =>
          all.length === 0 ? (
            <p className="empty">{t('The first step’s responses appear here when it is done.')}</p>
          ) : (
            <>
              <SearchBar filter={filter} order={order} onFilter={setFilter} onOrder={setOrder} />
              <FilterDoubts filter={filter} vocabulary={rolloutFields} onFilter={setFilter} />
              {order !== '' ? (
                <SearchResults runId={run.id} filter={filter} order={order} onFilter={setFilter} />
              ) : (
                <StepView run={run} steps={all} step={step} />
              )}
            </>
          )
        }
      </Await>
    </div>
  )
}

function StepView({ run, steps, step }: { run: RunSummary; steps: readonly number[]; step: number | undefined }) {
  const [filterText, setFilter] = useAddressState('groups', 'all')
  const filter = groupFilters.find(({ id }) => id === filterText)?.id ?? 'all'
  const index =
    step === undefined
      ? steps.length - 1
      : Math.max(
          0,
          steps.findLastIndex((one) => one <= step),
        )
  const shown = steps[index]!
  const groups = useCall('rollouts.groups', { id: run.id, step: shown }, { keepPrevious: true, staleTimeMs: Infinity })
  // A drag of the slider, or a key held down, is one entry of the history.
  const begun = useRef(false)
  const begin = (): void => {
    begun.current = true
  }
  const actions = useMemo(() => stepActions(run.id, steps, index), [run.id, steps, index])
  usePageActions(actions)
  return (
    <>
      <div className="step-bar">
        <Button
          icon={<ChevronLeft size={16} />}
          aria-label={t('Previous step')}
          disabled={index === 0}
          onClick={actions[1]!.run}
        />
        <label className="slider-label step-slider">
          {t('Step')}
          <input
            type="range"
            min={0}
            max={steps.length - 1}
            value={index}
            aria-valuetext={t('step {step}', { step: String(shown) })}
            onPointerDown={begin}
            onKeyDown={(event) => !event.repeat && begin()}
            onChange={(event) => {
              const address = sameView(links.rollouts(run.id, steps[Number(event.target.value)]))
              navigate(address, begun.current ? { stays: true } : { replace: true })
              begun.current = false
            }}
          />
          <output className="step-number">{shown}</output>
        </label>
        <Button
          icon={<ChevronRight size={16} />}
          aria-label={t('Next step')}
          disabled={index === steps.length - 1}
          onClick={actions[2]!.run}
        />
        <Button
          small
          aria-pressed={step === undefined}
          onClick={() => navigate(links.rollouts(run.id), { stays: true })}
        >
          {t('Latest')}
        </Button>
        <fieldset className="segments">
          <legend className="visually-hidden">{t('Which groups')}</legend>
          {groupFilters.map(({ id, label }) => (
            <Button key={id} small aria-pressed={filter === id} onClick={() => setFilter(id, { stays: true })}>
              {t(label)}
            </Button>
          ))}
        </fieldset>
        {groups.data && <StepFacts {...stepSummary(groups.data)} />}
      </div>
      <Await query={groups} what={t('the responses')}>
        {(all) => {
          const kept = filterGroups(all, filter)
          return kept.length === 0 ? (
            <p className="empty">{t('No group of step {step} is of that kind.', { step: String(shown) })}</p>
          ) : (
            <Groups groups={kept} />
          )
        }}
      </Await>
    </>
  )
}

function StepFacts(summary: ReturnType<typeof stepSummary>) {
  return (
    <span className="quiet step-facts">
      {t('{responses} responses, {percent} correct, reward {reward}, {flat} of {groups} groups without spread', {
        responses: summary.responses,
        percent: formatPercent(summary.accuracy, 1),
        reward: formatFixed(summary.meanReward, 3),
        flat: summary.withoutSpread,
        groups: summary.groups,
      })}
    </span>
  )
}

/** An address with the state of the view that the present one has. */
function sameView(address: string): string {
  const [, view] = location.hash.split('?')
  return view ? `${address}?${view}` : address
}

function stepActions(id: string, steps: readonly number[], index: number): Action[] {
  const to = (target: number): void => navigate(sameView(links.rollouts(id, steps[target])), { stays: true })
  const section = t('Rollouts')
  return [
    {
      id: 'rollouts.search',
      label: t('Search responses'),
      shortcut: '/',
      section,
      enabled: true,
      run: () => document.getElementById('rollout-search')?.focus(),
    },
    {
      id: 'step.previous',
      label: t('Previous step'),
      shortcut: '[',
      section,
      enabled: index > 0,
      run: () => to(index - 1),
    },
    {
      id: 'step.next',
      label: t('Next step'),
      shortcut: ']',
      section,
      enabled: index < steps.length - 1,
      run: () => to(index + 1),
    },
  ]
}

function Groups({ groups }: { groups: readonly GroupSummary[] }) {
  const roving = useRovingRows<HTMLDivElement>('tbody > tr')
  return (
    <div className="groups" {...roving}>
      {groups.map((group) => (
        <GroupCard key={group.group} group={group} />
      ))}
    </div>
  )
}
