import { looksLikeHubId } from '../../util/hub-id.ts'
import type { Draft } from './draft.ts'

/** What a key of a dialect becomes. One line a key; what several keys decide together is a `part` of a step in code. */
export type Rule = (draft: Draft, key: string) => void

type Change = (value: number) => number
interface Extra {
  /** The dialect's own default, where it is not Quiver's. */
  readonly absent?: unknown
  /** In which way the setting is not quite the same. */
  readonly but?: string
}

const same: Change = (value) => value

/** A number that becomes a setting. */
export function number(path: string, { absent, but = '', change = same }: Extra & { change?: Change } = {}): Rule {
  return (draft, key) => {
    if (!draft.has(key) && absent === undefined) return
    const value = draft.number(key, absent as number)
    if (value !== undefined) draft.set(path, change(value), [key], draft.has(key) ? but : '')
  }
}

/** Text that becomes a setting; one with an unknown part is kept, to be corrected. */
export function text(path: string, change: (text: string) => unknown = (value) => value): Rule {
  return (draft, key) => {
    if (!draft.has(key) || draft.raw(key) === null) return
    const open = draft.openText(key)
    const value = draft.text(key, '')
    if (draft.raw(key) === undefined && open) draft.keep(key, path, change(open))
    else if (value !== '') draft.set(path, change(value), [key])
  }
}

export function flag(path: string, values: readonly [yes: unknown, no: unknown] = [true, false]): Rule {
  return (draft, key) => {
    if (draft.has(key)) draft.set(path, draft.flag(key, false) ? values[0] : values[1], [key])
  }
}

/** A choice under other names; a name that is not in the list is lost. */
export function choice(path: string, names: Readonly<Record<string, string>>): Rule {
  return (draft, key) => {
    if (!draft.has(key)) return
    const name = draft.text(key, '')
    const value = names[name]
    if (value === undefined)
      draft.lose(key, `Quiver has no counterpart of ${name}; it knows ${Object.keys(names).join(', ')}.`)
    else draft.set(path, value, [key])
  }
}

export const modelOfHub = 'It looks like a Hugging Face id: download that repository into a folder and name the folder.'
export const datasetOfHub =
  'It looks like a Hugging Face id: download that dataset as a Parquet, JSON or CSV file and name the file.'

/**
 * A file or folder, the first of several; one that begins with an unknown variable is kept, to be corrected, and so is an
 * id of the Hugging Face hub, with a sentence on what to do.
 */
export function path(setting: string, ofHub = ''): Rule {
  return (draft, key) => {
    const first = draft.openText(key)
    if (!first) return
    const raw = draft.raw(key)
    const several = Array.isArray(raw) && raw.length > 1
    if (draft.openReason(key) !== '') draft.keep(key, setting, first)
    else {
      const joined = several ? 'A run takes one file; the others must be joined to it.' : ''
      draft.set(setting, first, [key], joined, looksLikeHubId(first) ? ofHub : '')
    }
  }
}

/** Changes nothing in Quiver, for the reason given. */
export const idle =
  (reason: string): Rule =>
  (draft, key) =>
    draft.idle(key, reason)

/** Known, and not taken over, unless it has the value that asks for nothing. */
export const lost =
  (reason: string, ...harmless: readonly unknown[]): Rule =>
  (draft, key) => {
    if (!draft.has(key)) return
    if (draft.openReason(key) !== '') draft.lose(key, draft.openReason(key))
    else if (harmless.some((value) => value === draft.raw(key))) draft.idle(key, 'This value asks for nothing.')
    else draft.lose(key, reason)
  }

/** Takes part in a step that reads several keys; says so where the step had no use for it. */
export const part: Rule = () => {}

/** Full names of keys in one place of a config. */
export function keysIn<const Names extends readonly string[]>(
  place: string,
  ...names: Names
): { readonly [Index in keyof Names]: string } {
  return names.map((name) => `${place}.${name}`) as { readonly [Index in keyof Names]: string }
}

export interface KeyTable {
  readonly rules: Readonly<Record<string, Rule>>
  /** Other spellings of a key. */
  readonly aliases: Readonly<Record<string, string>>
  /** Families of keys that change nothing, by the beginning or the end of their name. */
  readonly families: readonly (readonly [pattern: RegExp, reason: string])[]
}

/** The table's name of a key. */
export const canonicalIn =
  ({ aliases }: KeyTable) =>
  (key: string): string =>
    aliases[key] ?? key

/** Applies the table: single keys, then the steps that read several, then what is left over. */
export function applyTable(draft: Draft, table: KeyTable, steps: readonly ((draft: Draft) => void)[]): void {
  for (const [key, rule] of Object.entries(table.rules)) rule(draft, key)
  for (const step of steps) step(draft)
  for (const key of draft.keys()) {
    if (draft.isSettled(key)) continue
    const family = table.families.find(([pattern]) => pattern.test(key))
    if (family) draft.idle(key, family[1])
    else if (draft.openReason(key) !== '') draft.lose(key, draft.openReason(key))
    else if (table.rules[key]) draft.idle(key, 'It has no effect beside the other settings of the source.')
  }
}
