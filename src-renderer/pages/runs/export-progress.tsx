import { Download, FolderOpen, X } from 'lucide-react'
import { exportPath } from '../../../src-preload/contract/desktop.ts'
import type { ExportStatus } from '../../../src-preload/contract/run.ts'
import { useServices } from '../../lib/context.tsx'
import { isDesktop, showExport } from '../../lib/desktop.ts'
import { downloadFrom } from '../../lib/download.ts'
import { serviceText } from '../../lib/i18n/service-text.ts'
import { t, tn } from '../../lib/i18n/translate.ts'
import { useCall } from '../../lib/queries.ts'
import { Button } from '../../ui/button.tsx'
import { Message } from '../../ui/message.tsx'

/** Runs being written as files, and where they lie when they are. */
export function ExportProgress() {
  const list = useCall('exports.list', {})
  const isRunning = list.data?.some(({ state }) => state === 'running') ?? false
  useCall('exports.list', {}, { enabled: isRunning, refetchEveryMs: isRunning && 500 })
  return list.data?.map((status) => <Export key={status.folder} status={status} />)
}

function Export({ status }: { status: ExportStatus }) {
  const { client, queries } = useServices()
  const { name, folder, runs, share, state, message } = status
  const dismiss = async (): Promise<void> => {
    await client.call('exports.dismiss', { folder })
    await queries.invalidateQueries({ queryKey: ['exports.list'] })
  }
  return (
    <div className="export-line">
      <Message tone={state === 'failed' ? 'bad' : 'info'}>
        {state === 'running' &&
          tn(runs, 'Writing {count} run to {folder}', 'Writing {count} runs to {folder}', { folder })}
        {state === 'finished' && tn(runs, '{count} run lies in {folder}', '{count} runs lie in {folder}', { folder })}
        {message && serviceText(message)}{' '}
        {state === 'running' && <progress aria-label={t('Export')} max={1} value={share} />}
      </Message>
      {state === 'finished' && isDesktop() && (
        <Button small icon={<FolderOpen size={14} aria-hidden />} onClick={() => void showExport(name)}>
          {t('Open the folder')}
        </Button>
      )}
      {state === 'finished' && (
        <Button
          small
          icon={<Download size={14} aria-hidden />}
          title={t('Save as one archive (tar.gz)')}
          onClick={() => downloadFrom(exportPath(name))}
        >
          {t('Download')}
        </Button>
      )}
      {state !== 'running' && (
        <Button kind="quiet" small icon={<X size={14} />} aria-label={t('Dismiss')} onClick={() => void dismiss()} />
      )}
    </div>
  )
}
