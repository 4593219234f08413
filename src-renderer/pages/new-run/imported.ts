import { create } from 'zustand'
import { createJSONStorage, persist } from 'zustand/middleware'
import type { ImportResult } from '../../../src-preload/contract/import.ts'

export interface Imported {
  readonly result: ImportResult
  /** Name of the file; empty for a text. */
  readonly name: string
  /** Whether its report is open. */
  readonly reported: boolean
}

interface Kept {
  readonly imported: Imported | null
}

/** What a new run begins with once a script was imported: kept like a draft, until a recipe or a run is chosen. */
const useStore = create<Kept>()(
  persist((): Kept => ({ imported: null }), {
    name: 'quiver.imported',
    version: 1,
    storage: createJSONStorage(() => sessionStorage),
  }),
)

export const useImported = (): Imported | null => useStore(({ imported }) => imported)

/** Null forgets it. */
export function keepImported(imported: Imported | null): void {
  useStore.setState({ imported })
}
