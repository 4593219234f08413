import type { Entry } from './entries.ts'
import { scalarOf } from './entries.ts'
import type { ShellCommand } from './read-shell.ts'
import type { ShellText } from './shell-words.ts'

const override = /^(\+\+|\+|~)?([A-Za-z_][\w@-]*(?:[./][\w@-]+)*)=([\s\S]*)$/
const flag = /^--([A-Za-z_][\w-]*)(?:=([\s\S]*))?$/

/** The next option, `-m`, or the script that a launcher starts ends the values of an option. */
const isValue = (text: string): boolean => !flag.test(text) && !/^-[A-Za-z]|\.py$/.test(text)

const openReason = ({ unknown }: ShellText): string =>
  `It depends on ${[...new Set(unknown)].map((name) => (name.includes('$') ? name : `$${name}`)).join(', ')}, which only the machine that runs the script knows.`

const entry = (key: string, value: unknown, word: ShellText, text: string, line: number | null): Entry => ({
  key,
  value,
  text,
  line,
  ...(word.unknown.length > 0 ? { open: openReason(word) } : {}),
})

/** Hydra overrides of a command: `a.b=c`, `+a.b=c`, `++a.b=c`; later ones win. */
export function hydraEntries({ words, lines }: ShellCommand): Entry[] {
  const found = new Map<string, Entry>()
  words.forEach((word, index) => {
    const match = override.exec(word.text)
    if (!match || match[1] === '~') return
    const [, , key = '', text = ''] = match
    found.set(key, entry(key, scalarOf(text), word, text, lines[index] ?? null))
  })
  return [...found.values()]
}

/** Options of a command: `--key value`, `--key=value`, `--key a b`, `--key` alone (true). Dashes in names become underlines. */
export function flagEntries({ words, lines }: ShellCommand): Entry[] {
  const found = new Map<string, Entry>()
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!
    const match = flag.exec(word.text)
    if (!match) continue
    const line = lines[at] ?? null
    const values: ShellText[] = match[2] === undefined ? [] : [{ text: match[2], unknown: word.unknown }]
    if (match[2] === undefined) while (at + 1 < words.length && isValue(words[at + 1]!.text)) values.push(words[++at]!)
    const key = match[1]!.replaceAll('-', '_')
    const text = values.map((value) => value.text).join(' ')
    const value =
      values.length === 0 ? true : values.length === 1 ? scalarOf(text) : values.map((one) => scalarOf(one.text))
    found.set(key, entry(key, value, { text, unknown: values.flatMap((one) => one.unknown) }, text, line))
  }
  return [...found.values()]
}
