import { useState } from 'react'
import type { RunSummary } from '../../src-preload/contract/run.ts'
import { useServices } from '../lib/context.tsx'
import { t } from '../lib/i18n/translate.ts'
import { Button } from './button.tsx'
import { changeRuns } from './change-runs.ts'
import { Dialog } from './dialog.tsx'
import { Message } from './message.tsx'
import { tagsOf } from './tags.ts'

/** Name, tags and notes of a run, to be changed at any time. */
export function RunNotesDialog({ run, onClose }: { run: RunSummary; onClose: () => void }) {
  const { client } = useServices()
  const [opened] = useState(run)
  const [name, setName] = useState(opened.name)
  const [tags, setTags] = useState(opened.tags.join(', '))
  const [notes, setNotes] = useState(opened.notes)
  const save = async (): Promise<void> => {
    // What was not touched here may have been changed elsewhere meanwhile.
    const changes = {
      ...(name === opened.name ? {} : { name }),
      ...(tags === opened.tags.join(', ') ? {} : { tags: tagsOf(tags) }),
      ...(notes === opened.notes ? {} : { notes }),
    }
    if (Object.keys(changes).length === 0) return onClose()
    if (await changeRuns(client, [{ run, changes }], t('“{run}” is changed.', { run: name }))) onClose()
  }
  return (
    <Dialog label={t('Name, tags and notes of {run}', { run: run.name })} onClose={onClose}>
      <form
        className="dialog-body notes-form"
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <h2>{t('Name, tags and notes')}</h2>
        <label>
          {t('Name')}
          <input
            className="input"
            required
            maxLength={200}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </label>
        <label>
          {t('Tags, with commas between')}
          <input className="input" value={tags} onChange={(event) => setTags(event.target.value)} />
        </label>
        <label>
          {t('Notes')}
          <textarea className="textarea" rows={8} value={notes} onChange={(event) => setNotes(event.target.value)} />
        </label>
        {run.notes !== opened.notes && (
          <Message tone="warn">
            {t('The notes were changed elsewhere meanwhile; saving others here replaces them. They are now: {notes}', {
              notes: run.notes,
            })}
          </Message>
        )}
        <div className="dialog-buttons">
          <Button onClick={onClose}>{t('Cancel')}</Button>
          <Button kind="primary" type="submit">
            {t('Save')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
