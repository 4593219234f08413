import { t } from '../lib/i18n/translate.ts'

/** Work of unknown length is going on; not shown for what is over at once. */
export function BusyBar({ label = t('Working') }: { label?: string }) {
  return <progress className="busy-bar" aria-label={label} />
}
