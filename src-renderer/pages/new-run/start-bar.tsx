import { ListPlus, Play } from 'lucide-react'
import { useMemo } from 'react'
import type { ConfigIssue } from '../../../src-preload/contract/config.ts'
import { type Action, isMac, shortcutLabel } from '../../commands/actions.ts'
import { usePageActions } from '../../commands/registry.ts'
import type { ConfigDocument } from '../../lib/form/config-document.ts'
import { t, tn } from '../../lib/i18n/translate.ts'
import { Button } from '../../ui/button.tsx'
import { Message } from '../../ui/message.tsx'
import { useStart } from './use-start.ts'
import { WarningList } from './warning-list.tsx'

interface StartBarProps {
  readonly document: ConfigDocument
  readonly issues: readonly ConfigIssue[]
  readonly checking: boolean
}

/** What is wrong with the settings, and the buttons that start or queue the run. */
export function StartBar({ document, issues, checking }: StartBarProps) {
  const { start, queue, busy, error } = useStart(document, issues)
  const actions = useMemo<readonly Action[]>(
    () => [
      {
        id: 'new.start',
        label: t('Start the run'),
        shortcut: '$mod+Enter',
        section: t('New run'),
        enabled: start !== null,
        run: () => start?.(),
      },
      {
        id: 'new.queue',
        label: t('Queue the run'),
        shortcut: '$mod+Shift+Enter',
        section: t('New run'),
        enabled: queue !== null,
        run: () => queue?.(),
      },
    ],
    [start, queue],
  )
  usePageActions(actions)
  return (
    <footer className="start-bar">
      <WarningList document={document} />
      {error ? <Message tone="bad">{error}</Message> : <IssueSummary document={document} issues={issues} />}
      <Button
        icon={<ListPlus size={15} aria-hidden />}
        disabled={queue === null}
        title={t('Puts the run at the end of the queue; it starts when it is its turn')}
        onClick={() => queue?.()}
      >
        {busy === 'queue' ? t('Queueing…') : t('Queue')}
      </Button>
      <Button kind="primary" icon={<Play size={15} aria-hidden />} disabled={start === null} onClick={() => start?.()}>
        {busy === 'start' ? t('Starting…') : checking ? t('Checking…') : t('Start the run')}{' '}
        <kbd>{shortcutLabel('$mod+Enter', isMac())}</kbd>
      </Button>
    </footer>
  )
}

function IssueSummary({ document, issues }: { document: ConfigDocument; issues: readonly ConfigIssue[] }) {
  if (document.syntaxError)
    return (
      <Message tone="bad">
        {document.syntaxError} {t('The form shows the last good values.')}
      </Message>
    )
  if (issues.length === 0) return <span className="quiet">{t('Everything fits.')}</span>
  const first = issues[0]!
  return (
    <Message tone="bad">
      {tn(issues.length, '{count} setting to mend.', '{count} settings to mend.')} <code>{first.path}</code>:{' '}
      {first.message}
    </Message>
  )
}
