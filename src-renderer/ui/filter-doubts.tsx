import {
  type FilterDoubt,
  type FilterVocabulary,
  filterDoubts,
  meantFilter,
} from '../../src-preload/contract/filter-doubts.ts'
import { t } from '../lib/i18n/translate.ts'
import { Button } from './button.tsx'

interface FilterDoubtsProps {
  readonly filter: string
  readonly vocabulary: FilterVocabulary
  readonly onFilter: (filter: string) => void
}

/** Says under a search what of it is likely mistyped, and offers what was likely meant. */
export function FilterDoubts({ filter, vocabulary, onFilter }: FilterDoubtsProps) {
  const doubts = filterDoubts(filter, vocabulary)
  const meant = meantFilter(filter, doubts)
  return (
    <div className="filter-doubts" role="status">
      {doubts.map((doubt) => (
        <p key={doubt.part}>{sentence(doubt, vocabulary)}</p>
      ))}
      {meant !== null && (
        <Button small onClick={() => onFilter(meant)}>
          {t('Search for {filter}', { filter: meant })}
        </Button>
      )}
    </div>
  )
}

function sentence({ kind, part, name, closest }: FilterDoubt, { numbers, texts, flags }: FilterVocabulary): string {
  if (kind === 'no-number')
    return t('“{name}” in “{part}” is no number; write one such as 0.6, 60% or 1.5k.', { name, part })
  if (kind === 'no-value') return t('“{part}” has no value, so it is looked for as a word.', { part })
  if (kind === 'no-flag')
    return t('Nothing is “{name}”; after is: there can be {flags}.', { name, flags: flags.join(', ') })
  return closest === null
    ? t('There is no field “{name}”, so “{part}” is looked for as a word. Fields: {fields}.', {
        name,
        part,
        fields: [...numbers, ...texts].join(', '),
      })
    : t('There is no field “{name}”, so “{part}” is looked for as a word.', { name, part })
}
