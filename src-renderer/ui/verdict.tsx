import { Check, X } from 'lucide-react'
import type { RolloutSummary } from '../../src-preload/contract/run.ts'
import { msg, t } from '../lib/i18n/translate.ts'

/** Correct or wrong, as a sign and, where there is room, as a word. */
export function Verdict({ correct, word = false }: { correct: boolean; word?: boolean }) {
  const Icon = correct ? Check : X
  const label = correct ? t('Correct') : t('Wrong')
  return (
    <span className={`verdict ${correct ? 'tone-good' : 'tone-bad'}`} title={label}>
      <Icon size={15} strokeWidth={2.6} aria-label={word ? undefined : label} aria-hidden={word} />
      {word && label}
    </span>
  )
}

/** How a response ended, to be shown by `t`. */
export const finishWords: Readonly<Record<RolloutSummary['finishReason'], string>> = {
  eos: msg('ended'),
  stop: msg('stop text'),
  length: msg('cut at the limit'),
}
