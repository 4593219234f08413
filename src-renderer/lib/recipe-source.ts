import { t } from './i18n/translate.ts'

const withNote = /^(.+) \((.+)\)$/

/** What the source of a recipe adds in brackets; null where it adds nothing. */
export const sourceNote = (source: string): string | null => withNote.exec(source)?.[2] ?? null

/** Where a recipe comes from: names of papers and repositories stay, what is added to them is translated. */
export function recipeSource(source: string): string {
  const [, name, note] = withNote.exec(source) ?? []
  return name && note ? t('{source} ({note})', { source: name, note: t(note) }) : source
}
