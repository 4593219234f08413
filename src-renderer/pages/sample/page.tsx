import { Play, Square } from 'lucide-react'
import { useMemo } from 'react'
import { type Action, isMac, shortcutLabel } from '../../commands/actions.ts'
import { usePageActions } from '../../commands/registry.ts'
import { t } from '../../lib/i18n/translate.ts'
import { useSampleJob } from '../../lib/sampling/use-sample-job.ts'
import { Button } from '../../ui/button.tsx'
import { Message } from '../../ui/message.tsx'
import { ModelsPart } from './models-part.tsx'
import { PromptPart } from './prompt-part.tsx'
import { SampleResults } from './results.tsx'
import { requestOf, sampleIssues, useSampleSettings } from './sample-settings.ts'
import { SamplingPart } from './sampling-part.tsx'
import { useDeepLink } from './use-deep-link.ts'
import './sample.css'

/** Checkpoints, a prompt, and their responses as they come. */
export function SamplePage() {
  useDeepLink()
  const isComplete = sampleIssues(useSampleSettings()).length === 0
  const { now, busy, start, stop } = useSampleJob()
  const ready = isComplete && !busy
  const actions = useMemo<readonly Action[]>(() => {
    const section = t('Sample')
    const sample = (): Promise<void> => start(requestOf(useSampleSettings.getState()))
    return [
      { id: 'sample.start', label: t('Sample'), shortcut: '$mod+Enter', section, enabled: ready, run: sample },
      { id: 'sample.stop', label: t('Stop sampling'), shortcut: 'Escape', section, enabled: busy, run: stop },
    ]
  }, [ready, busy, start, stop])
  usePageActions(actions)
  return (
    <div className="page sample">
      <form className="card sample-form" aria-label={t('What to sample')} onSubmit={(event) => event.preventDefault()}>
        <ModelsPart />
        <PromptPart />
        <SamplingPart />
        {busy ? (
          <Button icon={<Square size={14} aria-hidden />} onClick={stop}>
            {t('Stop')} <kbd>Esc</kbd>
          </Button>
        ) : (
          <Button kind="primary" icon={<Play size={15} aria-hidden />} disabled={!ready} onClick={actions[0]!.run}>
            {t('Sample')} <kbd>{shortcutLabel('$mod+Enter', isMac())}</kbd>
          </Button>
        )}
      </form>
      <div className="sample-main">
        <h1 className="visually-hidden">{t('Sample')}</h1>
        {now.error !== null && <Message tone="bad">{now.error}</Message>}
        {now.state === 'idle' ? <Empty /> : <SampleResults view={now} />}
      </div>
    </div>
  )
}

function Empty() {
  return (
    <div className="card sample-empty">
      <h2>{t('Nothing sampled yet')}</h2>
      <p>
        {t(
          'Choose one or several models and a prompt. Their responses stream in side by side, every token coloured by its entropy on one scale; with the same seed all models draw with the same uniforms, so that what differs is the models.',
        )}
      </p>
    </div>
  )
}
