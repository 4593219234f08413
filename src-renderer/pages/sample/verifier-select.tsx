import { type VerifierConfig, verifierKinds, verifierSchema } from '../../../src-preload/contract/verifier.ts'
import { t } from '../../lib/i18n/translate.ts'
import { changeSample, useSampleSettings } from './sample-settings.ts'

/** A custom verifier is a file; a run's own comes with its prompts. */
const offered: readonly VerifierConfig['kind'][] = verifierKinds.filter((kind) => kind !== 'custom')

const titleOf = (kind: VerifierConfig['kind']): string =>
  verifierSchema.options.find((option) => option.shape.kind.value === kind)?.meta()?.title ?? kind

const sameAsDefault = (verifier: VerifierConfig): boolean =>
  JSON.stringify(verifierSchema.safeParse({ kind: verifier.kind }).data) ===
  JSON.stringify(verifierSchema.safeParse(verifier).data)

/** Which verifier judges the responses: one with its defaults, or that of the run a prompt came from. */
export function VerifierSelect() {
  const verifier = useSampleSettings((settings) => settings.verifier)
  const special = verifier !== null && (!offered.includes(verifier.kind) || !sameAsDefault(verifier))
  return (
    <label className="sample-field">
      {t('Verifier')}
      <select
        className="select"
        value={special ? 'special' : (verifier?.kind ?? '')}
        onChange={({ target }) => {
          if (target.value === 'special') return
          const chosen = offered.find((kind) => kind === target.value)
          changeSample({ verifier: chosen ? verifierSchema.parse({ kind: chosen }) : null })
        }}
      >
        <option value="">{t('none')}</option>
        {special && <option value="special">{t('{kind}, as in the run', { kind: t(titleOf(verifier.kind)) })}</option>}
        {offered.map((kind) => (
          <option key={kind} value={kind}>
            {t(titleOf(kind))}
          </option>
        ))}
      </select>
    </label>
  )
}
