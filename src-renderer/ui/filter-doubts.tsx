import { type FilterDoubt, type FilterVocabulary, filterDoubts } from '../../src-preload/contract/filter-doubts.ts'
import { t } from '../lib/i18n/translate.ts'
import { Button } from './button.tsx'

interface FilterDoubtsProps {
  readonly filter: string
  readonly vocabulary: FilterVocabulary
  readonly onFilter: (filter: string) => void
}

/** Says under a search what of it is likely mistyped, and offers what was likely meant. */
export function FilterDoubts({ filter, vocabulary, onFilter }: FilterDoubtsProps) {
  return (
    <div className="filter-doubts" role="status">
      {filterDoubts(filter, vocabulary).map((doubt) => (
        <p key={doubt.part}>
          {sentences[doubt.kind](doubt, vocabulary)}{' '}
          {doubt.meant !== null && (
            <Button small onClick={() => onFilter(doubt.meant!)}>
              {t('Search for {filter}', { filter: doubt.meant })}
            </Button>
          )}
        </p>
      ))}
    </div>
  )
}

const sentences: Readonly<Record<FilterDoubt['kind'], (doubt: FilterDoubt, vocabulary: FilterVocabulary) => string>> = {
  'no-field': ({ part, name }, { numbers, texts }) =>
    t('There is no field “{name}”, so “{part}” is looked for as a word. Fields: {fields}.', {
      name,
      part,
      fields: [...numbers, ...texts].join(', '),
    }),
  'no-number': ({ part, name }) =>
    t('“{name}” in “{part}” is no number; write one such as 0.6, 60% or 1.5k.', { name, part }),
  'no-flag': ({ name }, { flags }) =>
    t('Nothing is “{name}”; after is: there can be {flags}.', { name, flags: flags.join(', ') }),
}
