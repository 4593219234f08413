import { Copy } from 'lucide-react'
import { stringify } from 'yaml'
import type { RunSummary } from '../../../src-preload/contract/run.ts'
import { tx } from '../../lib/i18n/elements.ts'
import { t } from '../../lib/i18n/translate.ts'
import { useCall } from '../../lib/queries.ts'
import { Button } from '../../ui/button.tsx'
import { Await } from '../../ui/message.tsx'
import { copyText } from './copy-text.ts'

/** The run's config as it was started, every default written out. */
export function ConfigTab({ run }: { run: RunSummary }) {
  const detail = useCall('runs.get', { id: run.id }, { keepPrevious: true })
  return (
    <Await query={detail} what={t('the config')}>
      {({ config, folder }) => {
        const text = stringify(config)
        const copy = (): void => copyText(text, t('The config is in the clipboard.'))
        return (
          <div className="stack">
            <div className="page-head">
              <span className="quiet">{tx('Kept in {file}', { file: <code>{folder}/config.yaml</code> })}</span>
              <div className="page-head-end">
                <Button small icon={<Copy size={14} aria-hidden />} onClick={copy}>
                  {t('Copy')}
                </Button>
              </div>
            </div>
            <pre className="card text-block">{text}</pre>
          </div>
        )
      }}
    </Await>
  )
}
