import { ArrowDown, ArrowUp, Search } from 'lucide-react'
import type { KeyboardEvent } from 'react'
import { t, tn } from '../lib/i18n/translate.ts'
import { Button } from '../ui/button.tsx'
import { tokenSearchId } from './heatmap-actions.ts'
import { type Found, nextMatch } from './search.ts'

interface TokenSearchProps {
  readonly wanted: string
  readonly found: Found | null
  readonly focused: number
  readonly onChange: (wanted: string) => void
  readonly onFocus: (token: number) => void
}

/** Finds words in the response; Enter and Shift+Enter go from match to match. */
export function TokenSearch({ wanted, found, focused, onChange, onFocus }: TokenSearchProps) {
  const go = (backwards: boolean): void => {
    const token = found && nextMatch(found, focused, backwards)
    if (token !== null && token !== undefined) onFocus(token)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') go(event.shiftKey)
    else if (event.key === 'Escape' && wanted !== '') onChange('')
    else return
    event.preventDefault()
  }
  const none = found === null || found.starts.length === 0
  return (
    <search className="token-search">
      <label className="search">
        <Search size={14} aria-hidden />
        <input
          id={tokenSearchId}
          className="input"
          type="search"
          placeholder={t('Search the response')}
          aria-label={t('Search the response')}
          value={wanted}
          onChange={(event) => onChange(event.target.value)}
          onKeyDown={onKeyDown}
        />
      </label>
      <Button
        small
        kind="quiet"
        icon={<ArrowUp size={14} />}
        aria-label={t('Previous match')}
        disabled={none}
        onClick={() => go(true)}
      />
      <Button
        small
        kind="quiet"
        icon={<ArrowDown size={14} />}
        aria-label={t('Next match')}
        disabled={none}
        onClick={() => go(false)}
      />
      <span className="quiet" role="status">
        {found && (none ? t('no match') : tn(found.starts.length, '{count} match', '{count} matches'))}
      </span>
    </search>
  )
}
