import type { VerifierDraft } from './verifier-picker.tsx'

/** A verifier as the address holds it: its kind, or JSON where it has options. */
export const draftText = (draft: VerifierDraft): string =>
  Object.keys(draft).length === 1 ? draft.kind : JSON.stringify(draft)

/** The verifier of an address; null for a text that is none. */
export function draftOfText(text: string, kinds: readonly string[]): VerifierDraft | null {
  if (kinds.includes(text)) return { kind: text }
  try {
    const draft = JSON.parse(text) as VerifierDraft | null
    return kinds.includes(draft?.kind ?? '') ? draft : null
  } catch {
    return null
  }
}
