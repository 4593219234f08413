import { FileText } from 'lucide-react'
import { useState } from 'react'
import type { RunDetail } from '../../../src-preload/contract/run.ts'
import { parseSteps } from '../../chart/compare/chosen-steps.ts'
import { runReport } from '../../chart/report.ts'
import { useServices } from '../../lib/context.tsx'
import { downloadFile } from '../../lib/download.ts'
import { errorSentence } from '../../lib/format.ts'
import { t } from '../../lib/i18n/translate.ts'
import { notify, useView } from '../../lib/view-state.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { StepChoiceField } from '../../ui/step-choice-field.tsx'

/** Saves the run, with its values at the steps that are asked for, as one page that opens anywhere and prints well. */
export function ReportButton({ detail }: { detail: RunDetail }) {
  const { live } = useServices()
  const [open, setOpen] = useState(false)
  const [at, setAt] = useState('last')
  const choice = parseSteps(at)
  const { id, name } = detail.summary
  const close = (): void => setOpen(false)
  const save = async (): Promise<void> => {
    if (choice === null) return
    try {
      await live.settled(id)
      const { smoothing } = useView.getState().settings
      downloadFile(`${name}.html`, runReport({ detail, columns: live.columnsOf(id) }, smoothing, choice), 'text/html')
      close()
    } catch (error) {
      notify('error', errorSentence(error))
    }
  }
  return (
    <>
      <Button small icon={<FileText size={14} aria-hidden />} onClick={() => setOpen(true)}>
        {t('Report')}
      </Button>
      {open && (
        <Dialog label={t('Report of the run')} onClose={close}>
          <form
            className="dialog-body notes-form"
            onSubmit={(event) => {
              event.preventDefault()
              void save()
            }}
          >
            <h2>{t('Report of the run')}</h2>
            <p>{t('Facts, evaluations, curves, values and config as one page to keep or print.')}</p>
            <StepChoiceField text={at} onChange={setAt} />
            <div className="dialog-buttons">
              <Button onClick={close}>{t('Cancel')}</Button>
              <Button kind="primary" type="submit" disabled={choice === null}>
                {t('Save')}
              </Button>
            </div>
          </form>
        </Dialog>
      )}
    </>
  )
}
