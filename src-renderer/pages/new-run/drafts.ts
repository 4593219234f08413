import { create } from 'zustand'
import { createJSONStorage, persist } from 'zustand/middleware'

/** Most drafts that are kept; the oldest go first. */
const mostDrafts = 30

interface Drafts {
  /** Changed settings as YAML, by where they began; the latest last. */
  readonly texts: Readonly<Record<string, string>>
}

/** Settings that were changed and not started: choosing another recipe, leaving the page or loading it again loses none. */
const useDrafts = create<Drafts>()(
  persist(() => ({ texts: {} }), {
    name: 'quiver.drafts',
    version: 1,
    storage: createJSONStorage(() => sessionStorage),
  }),
)

/** The settings as they were left, or undefined where none were changed. */
export const draftOf = (origin: string): string | undefined => useDrafts.getState().texts[origin]

/** Keeps changed settings; those that are as they began are forgotten. */
export function keepDraft({ id, yaml }: { readonly id: string; readonly yaml: string }, text: string): void {
  useDrafts.setState(({ texts }) => {
    const { [id]: _, ...others } = texts
    const kept = Object.entries(others).slice(1 - mostDrafts)
    return { texts: Object.fromEntries(text === yaml ? kept : [...kept, [id, text]]) }
  })
}
