import { Plus } from 'lucide-react'
import { useId, useState } from 'react'
import { useRuns } from '../lib/context.tsx'
import { t } from '../lib/i18n/translate.ts'
import { useCall } from '../lib/queries.ts'
import { Button } from './button.tsx'
import './model-chooser.css'

/** Chooses a model to sample or score with: a built-in one, a run's newest checkpoint, a folder or RUN@STEP. */
export function ModelChooser({ label, onChoose }: { label: string; onChoose: (reference: string) => void }) {
  const id = useId()
  const models = useCall('models.list', {}, { staleTimeMs: Infinity }).data ?? []
  const runs = useRuns() ?? []
  const [written, setWritten] = useState('')
  const folders = [...new Set(runs.map(({ model }) => model))].filter((model) => !model.startsWith('builtin:'))
  const take = (): void => {
    if (written.trim() === '') return
    onChoose(written.trim())
    setWritten('')
  }
  return (
    <div className="model-chooser">
      <select
        className="select"
        aria-label={label}
        value=""
        onChange={(event) => event.target.value !== '' && onChoose(event.target.value)}
      >
        <option value="">{label}…</option>
        <optgroup label={t('Built-in models')}>
          {models.map(({ reference, name }) => (
            <option key={reference} value={reference}>
              {name}
            </option>
          ))}
        </optgroup>
        <optgroup label={t('Newest checkpoint of a run')}>
          {runs.map(({ id: run, name }) => (
            <option key={run} value={run}>
              {name} · {run}
            </option>
          ))}
        </optgroup>
      </select>
      <div className="model-chooser-folder">
        <input
          className="input mono"
          aria-label={t('Model folder or run@step')}
          placeholder={t('folder, or run@step')}
          spellCheck={false}
          list={id}
          value={written}
          onChange={(event) => setWritten(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.ctrlKey || event.metaKey) return
            event.preventDefault()
            take()
          }}
        />
        <datalist id={id}>
          {folders.map((folder) => (
            <option key={folder} value={folder} />
          ))}
        </datalist>
        <Button
          icon={<Plus size={15} />}
          aria-label={t('Take this model')}
          disabled={written.trim() === ''}
          onClick={take}
        />
      </div>
    </div>
  )
}

/** What a model is called: a run by its name. */
export function useModelName(reference: string): string {
  const runs = useRuns() ?? []
  const [runId, step] = reference.split('@')
  const run = runs.find(({ id }) => id === runId)
  if (!run)
    return (
      reference
        .replace(/^builtin:/, '')
        .split('/')
        .findLast((part) => part !== '') ?? reference
    )
  return step === undefined ? run.name : t('{run}, step {step}', { run: run.name, step: String(step) })
}
