import { errorSentence } from '../../lib/format.ts'
import { t } from '../../lib/i18n/translate.ts'
import { notify } from '../../lib/view-state.ts'

/** Puts a text into the clipboard and says so, or why it could not. */
export function copyText(text: string, done: string): void {
  navigator.clipboard.writeText(text).then(
    () => notify('done', done),
    (error: unknown) => notify('error', t('The clipboard was not allowed: {reason}', { reason: errorSentence(error) })),
  )
}
