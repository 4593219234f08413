import { CopyPlus, Download, GitCompareArrows, ListPlus, Tag, Trash2, X } from 'lucide-react'
import { useState } from 'react'
import type { Action } from '../../commands/actions.ts'
import { Button } from '../../ui/button.tsx'

const icons = {
  'runs.compare': GitCompareArrows,
  'runs.export': Download,
  'runs.repeat': CopyPlus,
  'runs.queue': ListPlus,
  'runs.delete-marked': Trash2,
  'runs.unmark': X,
} as const

interface SelectionBarProps {
  readonly count: number
  readonly actions: readonly Action[]
  readonly onTag: (tag: string) => void
}

/** What can be done with the marked runs. */
export function SelectionBar({ count, actions, onTag }: SelectionBarProps) {
  const [tag, setTag] = useState('')
  return (
    <section className="selection-bar card" aria-label="Marked runs">
      <b>{count} marked</b>
      {Object.entries(icons).map(([id, Icon]) => {
        const action = actions.find((one) => one.id === id)
        return (
          action && (
            <Button
              key={id}
              small
              icon={<Icon size={14} aria-hidden />}
              disabled={!action.enabled}
              onClick={() => void action.run()}
            >
              {action.label.replace(/ (the )?marked runs/, '')}
            </Button>
          )
        )
      })}
      <form
        className="tag-form"
        onSubmit={(event) => {
          event.preventDefault()
          if (tag.trim() !== '') onTag(tag.trim())
          setTag('')
        }}
      >
        <Tag size={14} aria-hidden />
        <input
          className="input"
          placeholder="Add a tag"
          aria-label="Tag to add to the marked runs"
          maxLength={40}
          value={tag}
          onChange={(event) => setTag(event.target.value)}
        />
      </form>
    </section>
  )
}
