import type { PassSummary } from '../../../src-preload/contract/curriculum.ts'
import { msg, t } from '../../lib/i18n/translate.ts'

const passWords: Readonly<Record<PassSummary['status'], string>> = {
  running: msg('running'),
  finished: msg('finished'),
  stopped: msg('stopped'),
}

/** The state of a pass in a word. */
export const passWord = ({ status, prompts }: PassSummary): string =>
  status === 'running' && prompts === null ? t('starting') : t(passWords[status])

/** How far a pass is; its prompts are unknown until its process has read the dataset. */
export const passProgress = (pass: PassSummary): string =>
  pass.prompts === null
    ? passWord(pass)
    : t('{done} of {prompts} prompts, {status}', { done: pass.done, prompts: pass.prompts, status: passWord(pass) })
