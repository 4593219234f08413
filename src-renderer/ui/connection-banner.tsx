import { Unplug } from 'lucide-react'
import { t } from '../lib/i18n/translate.ts'
import { useView } from '../lib/view-state.ts'

/** Attempts after which the host is taken for gone rather than busy. */
const patientAttempts = 6

/** Says calmly that the line to the services is down; runs are processes of their own and go on. */
export function ConnectionBanner() {
  const { state, attempt } = useView((view) => view.connection)
  if (state !== 'lost') return <div />
  return (
    <div className="banner" role="status">
      <Unplug size={15} aria-hidden />
      {attempt <= patientAttempts
        ? t('The connection to Quiver is down; connecting again. Runs go on meanwhile.')
        : t(
            'Quiver does not answer. Runs go on by themselves. Once it is started again on the same port, this page goes on; on another, open the address it prints.',
          )}
    </div>
  )
}
