import { Check, X } from 'lucide-react'
import type { RolloutSummary } from '../../src-preload/contract/run.ts'

/** Correct or wrong, as a sign and, where there is room, as a word. */
export function Verdict({ correct, word = false }: { correct: boolean; word?: boolean }) {
  const Icon = correct ? Check : X
  const label = correct ? 'Correct' : 'Wrong'
  return (
    <span className={`verdict ${correct ? 'tone-good' : 'tone-bad'}`} title={label}>
      <Icon size={15} strokeWidth={2.6} aria-label={word ? undefined : label} aria-hidden={word} />
      {word && label}
    </span>
  )
}

export const finishWords: Readonly<Record<RolloutSummary['finishReason'], string>> = {
  eos: 'ended',
  stop: 'stop text',
  length: 'cut at the limit',
}
