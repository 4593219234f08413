import type { PassSummary } from '../../../src-preload/contract/curriculum.ts'
import { msg } from '../../lib/i18n/translate.ts'

/** The state of a pass in a word, to be shown by `t`. */
export const passWords: Readonly<Record<PassSummary['status'], string>> = {
  running: msg('running'),
  finished: msg('finished'),
  stopped: msg('stopped'),
}
