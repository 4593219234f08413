import { type KeyboardEvent, useEffect, useId, useState } from 'react'
import { t } from '../lib/i18n/translate.ts'
import { Dialog } from '../ui/dialog.tsx'
import { type Action, findActions, isMac, shortcutLabel } from './actions.ts'

interface PaletteProps {
  readonly actions: readonly Action[]
  /** Found by their names once something is typed. */
  readonly more: readonly Action[]
  readonly onClose: () => void
}

/** So many are listed; who looks for another one types on. */
const shownMost = 100

/** Every action by name: type, choose with the arrows, run with Enter. */
export function Palette({ actions, more, onClose }: PaletteProps) {
  const [query, setQuery] = useState('')
  const [chosen, setChosen] = useState(0)
  const id = useId()
  const found = findActions(query.trim() === '' ? actions : [...actions, ...more], query).slice(0, shownMost)
  const current = found[Math.min(chosen, found.length - 1)]
  const run = (action: Action | undefined): void => {
    if (!action) return
    onClose()
    void action.run()
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') run(current)
    else if (event.key === 'ArrowDown') setChosen(Math.min(found.length - 1, chosen + 1))
    else if (event.key === 'ArrowUp') setChosen(Math.max(0, chosen - 1))
    else return
    event.preventDefault()
  }
  useEffect(() => {
    document.getElementById(`${id}-${current?.id}`)?.scrollIntoView({ block: 'nearest' })
  }, [id, current?.id])
  return (
    <Dialog label={t('Command palette')} className="palette" onClose={onClose}>
      <input
        className="palette-input"
        role="combobox"
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={current ? `${id}-${current.id}` : undefined}
        aria-label={t('Search actions')}
        placeholder={t('An action, page, run, recipe, curve or setting')}
        value={query}
        onChange={(event) => {
          setQuery(event.target.value)
          setChosen(0)
        }}
        onKeyDown={onKeyDown}
      />
      <div id={`${id}-list`} role="listbox" aria-label={t('Actions')} className="palette-list">
        {found.length === 0 && <p className="loading">{t('Nothing is called that.')}</p>}
        {found.map((action) => (
          <PaletteItem
            key={`${action.section} ${action.id}`}
            id={`${id}-${action.id}`}
            action={action}
            selected={action === current}
            onRun={() => run(action)}
          />
        ))}
      </div>
    </Dialog>
  )
}

function PaletteItem(props: { id: string; action: Action; selected: boolean; onRun: () => void }) {
  const { id, action, selected, onRun } = props
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox above has the keys.
    <div id={id} role="option" aria-selected={selected} tabIndex={-1} className="palette-item" onClick={onRun}>
      <span>{action.label}</span>
      <span className="quiet ellipsis">{action.section}</span>
      {action.shortcut && <kbd>{shortcutLabel(action.shortcut, isMac())}</kbd>}
    </div>
  )
}
