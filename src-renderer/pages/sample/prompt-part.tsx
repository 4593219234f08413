import { Dices } from 'lucide-react'
import { useId } from 'react'
import { errorSentence } from '../../lib/format.ts'
import { msg, t, tn } from '../../lib/i18n/translate.ts'
import { useCall } from '../../lib/queries.ts'
import { Button } from '../../ui/button.tsx'
import { FieldErrors, useFieldErrors } from './field-errors.tsx'
import { changeSample, useSampleSettings } from './sample-settings.ts'
import { VerifierSelect } from './verifier-select.tsx'

const sources = [
  { id: 'problem', label: msg('A dataset’s problem') },
  { id: 'text', label: msg('Text') },
] as const

/** What the models are asked. */
export function PromptPart() {
  const source = useSampleSettings((settings) => settings.source)
  return (
    <section className="sample-part" aria-label={t('Prompt')}>
      <div className="sample-part-head">
        <h2>{t('Prompt')}</h2>
        <fieldset className="segments">
          <legend className="visually-hidden">{t('Where the prompt comes from')}</legend>
          {sources.map(({ id, label }) => (
            <Button key={id} small aria-pressed={source === id} onClick={() => changeSample({ source: id })}>
              {t(label)}
            </Button>
          ))}
        </fieldset>
      </div>
      {source === 'text' ? <TextPrompt /> : <ProblemPrompt />}
      <VerifierSelect />
    </section>
  )
}

function TextPrompt() {
  const { text, chat, answer } = useSampleSettings()
  const id = useId()
  const errors = useFieldErrors('prompt.text')
  return (
    <>
      <textarea
        className="textarea"
        rows={6}
        aria-label={t('Prompt')}
        placeholder={t('Write a prompt')}
        spellCheck={false}
        aria-invalid={errors.length > 0}
        value={text}
        onChange={(event) => changeSample({ text: event.target.value })}
      />
      <FieldErrors errors={errors} />
      <label className="sample-check">
        <input type="checkbox" checked={chat} onChange={(event) => changeSample({ chat: event.target.checked })} />
        {t('As a user’s message, in the chat template')}
      </label>
      <label className="sample-field" htmlFor={id}>
        {t('Answer')}
        <input
          id={id}
          className="input mono"
          placeholder={t('for a verdict')}
          spellCheck={false}
          value={answer}
          onChange={(event) => changeSample({ answer: event.target.value })}
        />
      </label>
    </>
  )
}

function ProblemPrompt() {
  const { dataset, row } = useSampleSettings()
  const id = useId()
  const datasets = useCall('datasets.list', {}, { staleTimeMs: Infinity }).data ?? []
  const preview = useCall('datasets.preview', { reference: dataset, offset: row }, { enabled: dataset !== '' })
  const [problem] = preview.data?.sample ?? []
  const rows = preview.data?.rows ?? 0
  const beyond = preview.data !== undefined && row >= rows
  return (
    <>
      <input
        className="input mono"
        aria-label={t('Dataset')}
        placeholder={t('file, or builtin:name')}
        spellCheck={false}
        list={id}
        value={dataset}
        onChange={(event) => changeSample({ dataset: event.target.value, row: 0 })}
      />
      <datalist id={id}>
        {datasets.map(({ reference }) => (
          <option key={reference} value={reference} />
        ))}
      </datalist>
      <div className="sample-row">
        <label className="sample-field">
          {t('Problem')}
          <input
            className="input"
            type="number"
            min={1}
            max={Math.max(1, rows)}
            aria-invalid={beyond}
            value={row + 1}
            onChange={(event) => changeSample({ row: Math.max(0, Math.round(event.target.valueAsNumber || 1) - 1) })}
          />
        </label>
        <span className="quiet">{rows > 0 && tn(rows, 'of {count}', 'of {count}')}</span>
        <Button
          small
          icon={<Dices size={14} aria-hidden />}
          disabled={rows === 0}
          onClick={() => changeSample({ row: Math.floor(Math.random() * rows) })}
        >
          {t('Another')}
        </Button>
      </div>
      <FieldErrors errors={useFieldErrors('prompt.dataset')} />
      {beyond && <FieldErrors errors={[tn(rows, 'It has {count} problem.', 'It has {count} problems.')]} />}
      {preview.error && <p className="tone-bad">{errorSentence(preview.error)}</p>}
      {problem && (
        <>
          <pre className="sample-problem">{problem.prompt}</pre>
          <p className="quiet">
            {t('Answer')} <b className="mono">{problem.answer.slice(0, 200)}</b>
          </p>
        </>
      )}
    </>
  )
}
