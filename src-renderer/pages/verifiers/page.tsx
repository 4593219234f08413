import { type VerifierConfig, verifierSchema } from '../../../src-preload/contract/verifier.ts'
import { useAddressState } from '../../lib/hash-location.ts'
import { Message } from '../../ui/message.tsx'
import { DatasetPart } from './dataset-part.tsx'
import { draftOfText, draftText } from './draft-address.ts'
import { ResponsesPart } from './responses-part.tsx'
import { RunPart } from './run-part.tsx'
import { VerifierPicker } from './verifier-picker.tsx'
import './verifiers.css'
import { msg, t } from '../../lib/i18n/translate.ts'

const parts = [
  { id: 'responses', label: msg('Responses'), shows: ResponsesPart },
  { id: 'dataset', label: msg('A dataset’s references'), shows: DatasetPart },
  { id: 'run', label: msg('A run again'), shows: RunPart },
] as const

const kinds = verifierSchema.options.map(({ shape }) => shape.kind.value)

/** The bench for verifiers: what one says to responses, to a dataset's own answers, and to a run scored by another. */
export function VerifiersPage() {
  const [written, setWritten] = useAddressState('verifier', 'math')
  const [tab, setTab] = useAddressState('tab', 'responses')
  const draft = draftOfText(written, kinds) ?? { kind: 'math' }
  const checked = verifierSchema.safeParse(draft)
  const { id: chosen, shows: Part } = parts.find(({ id }) => id === tab) ?? parts[0]
  return (
    <div className="page verifiers">
      <VerifierPicker draft={draft} onChange={(next) => setWritten(draftText(next))} />
      <div className="verifiers-main">
        <div className="verifier-tabs" role="tablist" aria-label={t('What to check')}>
          {parts.map(({ id, label }) => (
            <button
              key={id}
              type="button"
              role="tab"
              className="verifier-tab"
              aria-selected={id === chosen}
              onClick={() => setTab(id)}
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
