/**
 * Every text the user sees goes through this file. The key of a text is the text in English. It loads nothing but texts: reports
 * are written without a page, too.
 *
 *     t('Start the first run')                                  a text
 *     t('Step {step} of {steps}', { step, steps })              with values; numbers are written as the language does
 *     tn(count, '{count} run', '{count} runs')                  one and many; the second form is the key
 *     tx('Open {page} to start', { page: <Link …/> })           with elements inside; for JSX (elements.ts)
 *     const words = { queued: msg('Starting') }                 marks a text in a constant; show it by t(words.queued)
 *
 * Texts of the contract (metric titles, descriptions, warnings) are shown by `t` too. Sentences that the services make with
 * values in them (errors, reasons of verdicts, events of a run) go through `serviceText`. Never build a key from parts, and
 * never call `t` while a module loads: the language changes later. Translations lie in `zh-CN/`, one file per area;
 * `test/renderer/i18n` fails when one is missing, unused or has other {names}, and when a text is not wrapped.
 */
import { chinese } from './zh-CN/index.ts'

export type Language = 'en' | 'zh-CN'
type Value = string | number

/** The {names} of a text; none where the text is not known when compiling. */
type Names<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never
export type Values<Text extends string, Of> = string extends Text
  ? [values?: Readonly<Record<string, Of>>]
  : [Names<Text>] extends [never]
    ? []
    : [values: Readonly<Record<Names<Text>, Of>>]

const catalogues: Readonly<Record<Language, Readonly<Record<string, string>>>> = { en: {}, 'zh-CN': chinese }
const englishPlurals = new Intl.PluralRules('en')
let language: Language = 'en'

/** Sets the language of every text made from here on; what is on screen must be rendered anew. */
export function setLanguage(next: Language): void {
  language = next
}

/** The language in force, a tag for `Intl`. */
export const currentLanguage = (): Language => language

/** Marks a text for translation and returns it as it is. */
export const msg = <Text extends string>(text: Text): Text => text

/** The text in the language in force, its {names} as they are. */
export const translated = (key: string, english = key): string => catalogues[language][key] ?? english
const shown = (value: Value): string => (typeof value === 'number' ? value.toLocaleString(language) : value)

function filled(text: string, values: Readonly<Record<string, Value>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => (name in values ? shown(values[name]!) : whole))
}

/** The text in the language in force, its {names} replaced by the values. */
export function t<const Text extends string>(text: Text, ...[values]: Values<Text, Value>): string {
  return values ? filled(translated(text), values) : translated(text)
}

/** The text for a count, which is `{count}` in it. */
export function tn(count: number, one: string, many: string, values: Readonly<Record<string, Value>> = {}): string {
  const english = englishPlurals.select(count) === 'one' ? one : many
  return filled(translated(many, english), { ...values, count })
}

/** The sentences of a longer text; each is a key of its own, so that texts may share them. */
export const sentencesOf = (text: string): string[] => text.split(/(?<=[^D][^r][.]) (?=\p{Lu})/u)

/** A text of several sentences that is known only when it is shown, such as the description of a recipe. */
export function tSentences(text: string): string {
  return sentencesOf(text)
    .map((sentence) => translated(sentence))
    .join(language === 'zh-CN' ? '' : ' ')
}

/** Sentences as one text: Chinese has no space between them. */
export const joinSentences = (sentences: readonly string[]): string =>
  sentences.reduce((text, next) => (/[。；：！？）]$/.test(text) || text === '' ? text + next : `${text} ${next}`), '')
