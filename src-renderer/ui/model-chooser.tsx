import { Plus } from 'lucide-react'
import { useId, useState } from 'react'
import { useRuns } from '../lib/context.tsx'
import { t } from '../lib/i18n/translate.ts'
import { useCall } from '../lib/queries.ts'
import { distinctNames } from '../lib/run-names.ts'
import { Button } from './button.tsx'
import './model-chooser.css'

interface Choice {
  readonly reference: string
  /** What it is, to be searched as well. */
  readonly title: string
}

/** Chooses a model to sample or score with: a built-in one, a run's newest checkpoint, a folder or RUN@STEP. */
export function ModelChooser({ label, onChoose }: { label: string; onChoose: (reference: string) => void }) {
  const id = useId()
  const choices = useChoices()
  const [written, setWritten] = useState('')
  const [refused, setRefused] = useState<string | null>(null)
  const take = (text: string): void => {
    const reference = meantChoice(choices, text.trim())
    const known = isReference(choices, reference)
    setRefused(known ? null : text.trim())
    if (!known) return
    onChoose(reference)
    setWritten('')
  }
  return (
    <div className="model-chooser">
      <input
        className="input mono"
        aria-label={label}
        placeholder={t('search, folder, run@step')}
        spellCheck={false}
        list={id}
        value={written}
        onChange={({ target, nativeEvent }) => {
          // One that is picked from the list is meant; typed text may go on.
          const picked = nativeEvent instanceof InputEvent && nativeEvent.inputType === 'insertReplacementText'
          if (picked && choices.some(({ reference }) => reference === target.value)) take(target.value)
          else setWritten(target.value)
          setRefused(null)
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.ctrlKey || event.metaKey) return
          event.preventDefault()
          if (written.trim() !== '') take(written)
        }}
      />
      <datalist id={id}>
        {choices.map(({ reference, title }) => (
          <option key={reference} value={reference} label={title} />
        ))}
      </datalist>
      <Button
        icon={<Plus size={15} />}
        aria-label={t('Take this model')}
        disabled={written.trim() === ''}
        onClick={() => take(written)}
      />
      {refused !== null && (
        <p className="field-error" role="alert">
          {t(
            'No one model is “{text}”. Write more of the name of a run with a checkpoint, RUN@STEP, builtin:NAME, or a folder with its path.',
            { text: refused },
          )}
        </p>
      )}
    </div>
  )
}

/** The reference that a text stands for: its own, or that of the only choice which has it as its name or in its name. */
export function meantChoice(choices: readonly Choice[], text: string): string {
  const wanted = text.toLowerCase()
  const named = choices.filter(({ title }) => title === text)
  const holding = choices.filter(({ title }) => title.toLowerCase().includes(wanted))
  const [only] = [named, holding].filter((found) => found.length === 1)
  return choices.some(({ reference }) => reference === text) ? text : (only?.[0]?.reference ?? text)
}

/** Whether a text can be a model's reference: one of the choices, a step of a run, a built-in model, or a path. */
export function isReference(choices: readonly Choice[], text: string): boolean {
  const [run] = text.split('@')
  return choices.some(({ reference }) => reference === run) || /[/\\]|^builtin:|^[.~]/.test(text)
}

/** Built-in models, runs that have a checkpoint, newest first, and the folders that runs began with. */
function useChoices(): Choice[] {
  const models = useCall('models.list', {}, { staleTimeMs: Infinity }).data ?? []
  const runs = useRuns() ?? []
  const folders = [...new Set(runs.map(({ model }) => model))].filter((model) => !model.startsWith('builtin:'))
  return [
    ...models.map(({ reference, name }) => ({ reference, title: name })),
    ...runs.filter((run) => run.checkpointStep !== null).map((run) => ({ reference: run.id, title: run.name })),
    ...folders.map((folder) => ({ reference: folder, title: folder })),
  ]
}

/** What a model is called: a run by its name. */
export function useModelName(reference: string): string {
  const runs = useRuns() ?? []
  const [runId, step] = reference.split('@')
  const place = runs.findIndex(({ id }) => id === runId)
  if (place < 0)
    return (
      reference
        .replace(/^builtin:/, '')
        .split('/')
        .findLast((part) => part !== '') ?? reference
    )
  const run = distinctNames(runs)[place]!
  return step === undefined ? run : t('{run}, step {step}', { run, step: String(step) })
}
