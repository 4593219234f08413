import { useState } from 'react'
import type { RunSummary } from '../../src-preload/contract/run.ts'
import { useServices } from '../lib/context.tsx'
import { errorSentence } from '../lib/format.ts'
import { notify } from '../lib/view-state.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'

/** Name, tags and notes of a run, to be changed at any time. */
export function RunNotesDialog({ run, onClose }: { run: RunSummary; onClose: () => void }) {
  const { client } = useServices()
  const [name, setName] = useState(run.name)
  const [tags, setTags] = useState(run.tags.join(', '))
  const [notes, setNotes] = useState(run.notes)
  const save = async (): Promise<void> => {
    const tagList = tags.split(',').flatMap((tag) => tag.trim() || [])
    try {
      await client.call('runs.change', { id: run.id, changes: { name, tags: tagList, notes } })
      onClose()
    } catch (error) {
      notify('error', errorSentence(error))
    }
  }
  return (
    <Dialog label={`Name, tags and notes of ${run.name}`} onClose={onClose}>
      <form
        className="dialog-body notes-form"
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <h2>Name, tags and notes</h2>
        <label>
          Name
          <input
            className="input"
            required
            maxLength={200}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </label>
        <label>
          Tags, with commas between
          <input className="input" value={tags} onChange={(event) => setTags(event.target.value)} />
        </label>
        <label>
          Notes
          <textarea className="textarea" rows={8} value={notes} onChange={(event) => setNotes(event.target.value)} />
        </label>
        <div className="dialog-buttons">
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit">
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
