import { CopyPlus, Download, FolderOutput, GitCompareArrows, GitFork, ListPlus, Tag, Trash2, X } from 'lucide-react'
import { useState } from 'react'
import type { Action } from '../../commands/actions.ts'
import { msg, t } from '../../lib/i18n/translate.ts'
import { Button } from '../../ui/button.tsx'
import { tagsOf } from '../../ui/tags.ts'

/** Next to “3 marked” a verb is enough. */
const buttons = [
  { id: 'runs.compare', Icon: GitCompareArrows, label: msg('Compare') },
  { id: 'runs.clone', Icon: GitFork, label: msg('Clone') },
  { id: 'runs.export', Icon: Download, label: msg('Save') },
  { id: 'runs.export-files', Icon: FolderOutput, label: msg('Export files') },
  { id: 'runs.repeat', Icon: CopyPlus, label: msg('Queue again') },
  { id: 'runs.queue', Icon: ListPlus, label: msg('Queue to resume') },
  { id: 'runs.delete-marked', Icon: Trash2, label: msg('Delete') },
  { id: 'runs.unmark', Icon: X, label: msg('Unmark') },
] as const

interface SelectionBarProps {
  readonly count: number
  readonly actions: readonly Action[]
  readonly onTags: (tags: readonly string[]) => void
}

/** What can be done with the marked runs. */
export function SelectionBar({ count, actions, onTags }: SelectionBarProps) {
  const [tag, setTag] = useState('')
  return (
    <section className="selection-bar card" aria-label={t('Marked runs')}>
      <b>{t('{count} marked', { count })}</b>
      {buttons.map(({ id, Icon, label }) => {
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
              {t(label)}
            </Button>
          )
        )
      })}
      <form
        className="tag-form"
        onSubmit={(event) => {
          event.preventDefault()
          const tags = tagsOf(tag)
          if (tags.length > 0) onTags(tags)
          setTag('')
        }}
      >
        <Tag size={14} aria-hidden />
        <input
          className="input"
          placeholder={t('Add a tag')}
          aria-label={t('Tag to add to the marked runs')}
          maxLength={40}
          value={tag}
          onChange={(event) => setTag(event.target.value)}
        />
      </form>
    </section>
  )
}
