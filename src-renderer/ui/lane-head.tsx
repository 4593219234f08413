import type { SampleLane } from '../../src-preload/contract/sample.ts'
import { serviceText } from '../lib/i18n/service-text.ts'
import { t } from '../lib/i18n/translate.ts'
import { Message } from './message.tsx'
import { useModelName } from './model-chooser.tsx'
import './lane-head.css'

/** A model at work: its name, what it does, what went wrong, and the prompt as it reads it. */
export function LaneHead({ lane, prompt }: { lane: SampleLane; prompt: string | undefined }) {
  const name = useModelName(lane.model)
  return (
    <header className="lane-head">
      <h2 className="ellipsis" title={lane.model}>
        {name}
      </h2>
      <span className="quiet" role="status">
        {stateWords(lane)}
      </span>
      {lane.state === 'loading' && (
        <span
          className="progress"
          role="progressbar"
          aria-label={t('Loading {what}…', { what: name })}
          aria-valuenow={Math.round(100 * lane.loaded)}
        >
          <span style={{ transform: `scaleX(${lane.loaded})` }} />
        </span>
      )}
      {lane.message !== null && <Message tone="bad">{serviceText(lane.message)}</Message>}
      {prompt !== undefined && (
        <details>
          <summary>{t('Prompt as the model reads it')}</summary>
          <pre>{prompt}</pre>
        </details>
      )}
    </header>
  )
}

function stateWords({ state }: SampleLane): string {
  if (state === 'waiting') return t('waiting')
  if (state === 'loading') return t('loading the weights')
  if (state === 'running') return t('sampling…')
  if (state === 'stopped') return t('stopped')
  return state === 'failed' ? t('failed') : t('done')
}
