import { UserError } from '../util/assert.ts'

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

const sentences: readonly (readonly [prefix: string, sentence: (file: string) => string])[] = [
  [
    'SQLITE_FULL',
    (file) => `The disk is full: ${file} could not grow. What was recorded before is safe. Free some space.`,
  ],
  ['SQLITE_NOTADB', (file) => `${file} is not a Quiver store: its contents are no SQLite database. Move it away.`],
  [
    'SQLITE_CORRUPT',
    (file) => `${file} is damaged. Move it away, or rescue it with the "recover" command of the sqlite3 program.`,
  ],
  ['SQLITE_READONLY', (file) => `${file} cannot be written. Make the file and its folder writable, or use --data.`],
  ['SQLITE_CANTOPEN', (file) => `${file} cannot be opened. Check that its folder exists and may be written.`],
  ['SQLITE_BUSY', (file) => `${file} stayed locked by another program for five seconds. Close that program.`],
  [
    'SQLITE_IOERR',
    (file) => `Reading or writing ${file} failed. The disk may be full, unplugged or broken; check it and try again.`,
  ],
]

/** Turns an error of SQLite that a person can act on into a sentence; others pass through unchanged. */
export function storeError(error: unknown, file: string): unknown {
  const code = codeOf(error)
  const sentence = sentences.find(([prefix]) => code === prefix || code.startsWith(`${prefix}_`))?.[1]
  return sentence ? new UserError(sentence(file), { cause: error }) : error
}
