import { useState } from 'react'
import { type VerifierConfig, verifierSchema } from '../../../src-preload/contract/verifier.ts'
import { Message } from '../../ui/message.tsx'
import { DatasetPart } from './dataset-part.tsx'
import { ResponsesPart } from './responses-part.tsx'
import { RunPart } from './run-part.tsx'
import { type VerifierDraft, VerifierPicker } from './verifier-picker.tsx'
import './verifiers.css'
import { msg, t } from '../../lib/i18n/translate.ts'

const parts = [
  { id: 'responses', label: msg('Responses'), shows: ResponsesPart },
  { id: 'dataset', label: msg('A dataset’s references'), shows: DatasetPart },
  { id: 'run', label: msg('A run again'), shows: RunPart },
] as const

/** The bench for verifiers: what one says to responses, to a dataset's own answers, and to a run scored by another. */
export function VerifiersPage() {
  const [draft, setDraft] = useState<VerifierDraft>({ kind: 'math' })
  const [chosen, setChosen] = useState<(typeof parts)[number]['id']>('responses')
  const checked = verifierSchema.safeParse(draft)
  const Part = parts.find(({ id }) => id === chosen)!.shows
  return (
    <div className="page verifiers">
      <VerifierPicker draft={draft} onChange={setDraft} />
      <div className="verifiers-main">
        <div className="verifier-tabs" role="tablist" aria-label={t('What to check')}>
          {parts.map(({ id, label }) => (
            <button
              key={id}
              type="button"
              role="tab"
              className="verifier-tab"
              aria-selected={id === chosen}
              onClick={() => setChosen(id)}
            >
              {t(label)}
            </button>
          ))}
        </div>
        {checked.success ? (
          <Part verifier={checked.data} />
        ) : (
          <Message tone="warn">{firstIssue(checked.error.issues)}</Message>
        )}
      </div>
    </div>
  )
}

export interface PartProps {
  readonly verifier: VerifierConfig
}

const firstIssue = (issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]): string =>
  t('{path}: {problem}. Correct it on the left.', {
    path: issues[0]!.path.map(String).join('.'),
    problem: issues[0]!.message,
  })
