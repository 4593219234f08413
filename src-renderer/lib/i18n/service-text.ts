/**
 * Sentences that the services make, such as errors, reasons of verdicts and events of a run, in the language in force. They cross
 * the wire and lie in the store as English text, also those of older runs; a sentence is known by the text around its values, which
 * `zh-CN/services.ts` and `zh-CN/alarms.ts` hold. One that is not known stays English.
 */
import { currentLanguage, type Language } from './translate.ts'
import { alarms } from './zh-CN/alarms.ts'
import { chinese } from './zh-CN/index.ts'
import { services } from './zh-CN/services.ts'

type Table = Readonly<Record<string, string>>

/** `texts` are known as a whole, `sentences` by the text around their values. */
const tables: Readonly<Record<Language, { readonly texts: Table; readonly sentences: Table }>> = {
  en: { texts: {}, sentences: {} },
  'zh-CN': { texts: chinese, sentences: { ...alarms, ...services } },
}

interface Pattern {
  readonly expression: RegExp
  readonly names: readonly string[]
  readonly translation: string
}

/** Values that are sentences of the services themselves. */
const nestedNames = new Set(['reason', 'sentence', 'where', 'more', 'status', 'kind'])

/** Longer texts are no sentences, and searching them would take time. */
const longestText = 2000

const nameInText = /\{(\w+)\}/
const escaped = (literal: string): string => literal.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&')

function patternOf([english, translation]: readonly [string, string]): Pattern {
  const parts = english.split(nameInText)
  const source = parts.map((part, index) => (index % 2 === 1 ? '(.*?)' : escaped(part))).join('')
  return { expression: new RegExp(`^${source}$`, 's'), names: parts.filter((_, index) => index % 2 === 1), translation }
}

const literalLength = (english: string): number => english.replaceAll(/\{\w+\}/g, '').length
const known = new Map<Language, readonly Pattern[]>()

/** Those with the most text of their own first: they say most about a sentence. */
function patternsOf(language: Language): readonly Pattern[] {
  const made =
    known.get(language) ??
    Object.entries(tables[language].sentences)
      .filter(([english]) => nameInText.test(english))
      .sort(([a], [b]) => literalLength(b) - literalLength(a))
      .map(patternOf)
  known.set(language, made)
  return made
}

/** A text of the services as the user reads it; each line is a sentence of its own, of a config with its `path: ` before it. */
export function serviceText(text: string): string {
  const language = currentLanguage()
  if (language === 'en' || text.length > longestText) return text
  return (
    sentence(text, language) ??
    text
      .split('\n')
      .map((line) => lineText(line, language))
      .join('\n')
  )
}

function lineText(line: string, language: Language): string {
  const [, path = '', rest = line] = /^([a-z_][\w.]*: )(.+)$/.exec(line) ?? []
  return sentence(line, language) ?? `${path}${sentence(rest, language) ?? rest}`
}

function sentence(text: string, language: Language): string | null {
  const whole = tables[language].texts[text]
  if (whole !== undefined) return whole
  for (const { expression, names, translation } of patternsOf(language)) {
    const found = expression.exec(text)
    if (!found) continue
    const values = new Map(names.map((name, index) => [name, found[index + 1]!]))
    return translation.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
      const value = values.get(name) ?? whole
      return nestedNames.has(name) ? (sentence(value, language) ?? value) : value
    })
  }
  return null
}
