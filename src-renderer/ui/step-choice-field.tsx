import { parseSteps } from '../chart/compare/chosen-steps.ts'
import { t } from '../lib/i18n/translate.ts'

interface StepChoiceFieldProps {
  /** `last`, `best`, or steps as they are typed. */
  readonly text: string
  readonly onChange: (text: string) => void
}

/** Chooses the steps whose values are shown. */
export function StepChoiceField({ text, onChange }: StepChoiceFieldProps) {
  const kind = text === 'last' || text === 'best' ? text : 'steps'
  return (
    <>
      <label>
        {t('Values at')}{' '}
        <select
          className="select"
          value={kind}
          onChange={({ target }) => onChange(target.value === 'steps' ? '1' : target.value)}
        >
          <option value="last">{t('the last step')}</option>
          <option value="best">{t('the best step')}</option>
          <option value="steps">{t('given steps')}</option>
        </select>
      </label>
      {kind === 'steps' && (
        <label>
          {t('Steps')}{' '}
          <input
            className="input"
            placeholder="10, 20, 40-60"
            title={t('Several steps, such as 10, 20, 40-60, are averaged')}
            aria-invalid={parseSteps(text) === null}
            value={text}
            onChange={({ target }) => onChange(target.value)}
          />
        </label>
      )}
    </>
  )
}
