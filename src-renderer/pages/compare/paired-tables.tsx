import { useQueries } from '@tanstack/react-query'
import { useRef } from 'react'
import type { PromptPairs } from '../../../src-preload/contract/run.ts'
import { useServices } from '../../lib/context.tsx'
import { errorSentence } from '../../lib/format.ts'
import { t } from '../../lib/i18n/translate.ts'
import { useNearSight } from '../../lib/near-sight.ts'
import { Message } from '../../ui/message.tsx'
import { PairedTable } from './paired-table.tsx'

interface PairedTablesProps {
  readonly ids: readonly string[]
  readonly names: readonly string[]
  /** Place of the run that the others are held against. */
  readonly baseline: number
}

/** The prompts that each run shares with the baseline; read when they come near the sight. */
export function PairedTables(props: PairedTablesProps) {
  const place = useRef<HTMLDivElement>(null)
  return <div ref={place}>{useNearSight(place) && <ReadTables {...props} />}</div>
}

function ReadTables({ ids, names, baseline }: PairedTablesProps) {
  const others = ids.map((id, index) => ({ id, name: names[index]! })).filter((_, index) => index !== baseline)
  const answers = usePairs(
    ids[baseline]!,
    others.map(({ id }) => id),
  )
  const left = names[baseline]!
  const error = answers.find((answer) => answer.error)?.error
  const apart = others.filter((_, index) => answers[index]?.data?.prompts === 0)
  return (
    <>
      {others.map(({ id, name }, index) => {
        const found = answers[index]?.data
        return found && found.prompts > 0 ? <PairedTable key={id} {...{ found, left }} right={name} /> : null
      })}
      {apart.length > 0 && (
        <p className="quiet">
          {t('No prompt in common with {baseline}: {runs}.', {
            baseline: left,
            runs: apart.map(({ name }) => name).join(', '),
          })}
        </p>
      )}
      {error && <Message tone="bad">{errorSentence(error)}</Message>}
      {!error && answers.some(({ data }) => !data) && (
        <p className="loading">{t('Loading {what}…', { what: t('the prompts both runs share') })}</p>
      )}
    </>
  )
}

/** What the runs share with the left one, read one after the other: other pages' calls are answered in between. */
function usePairs(left: string, rights: readonly string[]) {
  const { client } = useServices()
  const last = useRef<Promise<unknown>>(Promise.resolve())
  return useQueries({
    queries: rights.map((right) => ({
      queryKey: ['runs.paired-prompts', { left, right, limit: 50 }],
      queryFn: (): Promise<PromptPairs> => {
        const read = () => client.call('runs.paired-prompts', { left, right, limit: 50 })
        const next = last.current.then(read, read)
        last.current = next
        return next
      },
    })),
  })
}
