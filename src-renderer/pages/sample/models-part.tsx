import { X } from 'lucide-react'
import { mostModels } from '../../../src-preload/contract/sample.ts'
import { useRun } from '../../lib/context.tsx'
import { t } from '../../lib/i18n/translate.ts'
import { useCall } from '../../lib/queries.ts'
import { Button } from '../../ui/button.tsx'
import { ModelChooser, useModelName } from '../../ui/model-chooser.tsx'
import { FieldErrors, useFieldErrors } from './field-errors.tsx'
import { addModel, changeSample, useSampleSettings } from './sample-settings.ts'

/** The models that are sampled side by side. */
export function ModelsPart() {
  const models = useSampleSettings((settings) => settings.models)
  const replace = (at: number, next: string | null): void =>
    changeSample({ models: models.flatMap((model, index) => (index === at ? (next ?? []) : model)) })
  return (
    <section className="sample-part" aria-label={t('Models')}>
      <h2>{t('Models')}</h2>
      <ul className="sample-models">
        {models.map((model, index) => (
          <ChosenModel key={model} model={model} onReplace={(next) => replace(index, next)} />
        ))}
      </ul>
      <FieldErrors errors={useFieldErrors('models')} />
      {models.length < mostModels && <ModelChooser label={t('Add a model')} onChoose={addModel} />}
    </section>
  )
}

function ChosenModel({ model, onReplace }: { model: string; onReplace: (next: string | null) => void }) {
  const name = useModelName(model)
  const [runId = ''] = model.split('@')
  const run = useRun(runId)
  return (
    <li>
      <span className="ellipsis" title={model}>
        {run?.name ?? name}
      </span>
      {run && <StepSelect runId={runId} model={model} onReplace={onReplace} />}
      <Button
        small
        kind="quiet"
        icon={<X size={14} />}
        aria-label={t('Remove {model}', { model: name })}
        onClick={() => onReplace(null)}
      />
    </li>
  )
}

/** Which checkpoint of a run. */
function StepSelect(props: { runId: string; model: string; onReplace: (next: string) => void }) {
  const { runId, model, onReplace } = props
  const detail = useCall('runs.get', { id: runId }, { keepPrevious: true })
  const steps = detail.data?.checkpoints.map(({ step }) => step) ?? []
  return (
    <select
      className="select"
      aria-label={t('Checkpoint')}
      value={model.split('@')[1] ?? ''}
      onChange={({ target }) => onReplace(target.value === '' ? runId : `${runId}@${target.value}`)}
    >
      <option value="">{detail.data && steps.length === 0 ? t('no checkpoint') : t('newest')}</option>
      {steps.toReversed().map((step) => (
        <option key={step} value={step}>
          {t('step {step}', { step: String(step) })}
        </option>
      ))}
    </select>
  )
}
