/**
 * Sentences that the services make, such as errors, reasons of verdicts and events of a run, in the language in force. They cross
 * the wire and lie in the store as English text, also those of older runs; a sentence is known by the text around its values, which
 * `zh-CN/service*.ts` and `zh-CN/alarms.ts` hold. One that is not known stays English.
 */
import { currentLanguage, joinSentences, type Language } from './translate.ts'
import { alarms } from './zh-CN/alarms.ts'
import { chinese, serviceSentences } from './zh-CN/index.ts'

type Table = Readonly<Record<string, string>>

/** `texts` are known as a whole, `sentences` by the text around their values. */
const tables: Readonly<Record<Language, { readonly texts: Table; readonly sentences: Table }>> = {
  en: { texts: {}, sentences: {} },
  'zh-CN': { texts: chinese, sentences: { ...alarms, ...serviceSentences } },
}

interface Pattern {
  readonly expression: RegExp
  readonly names: readonly string[]
  readonly translation: string
}

/** Values that are sentences of the services themselves. */
const nestedNames = new Set(['reason', 'sentence', 'where', 'more', 'status', 'kind', 'wanted', 'got'])

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

/**
 * A text of the services as the user reads it. What is not known as a whole is read in parts: line by line, without a file, setting
 * or name before a colon, and sentence by sentence.
 */
export function serviceText(text: string): string {
  const language = currentLanguage()
  return language === 'en' || text.length > longestText ? text : told(text, language)
}

/** Sentences of the services as one text. */
export const serviceSentencesText = (sentences: readonly string[]): string => joinSentences(sentences.map(serviceText))

function told(text: string, language: Language): string {
  const whole = sentence(text, language)
  if (whole !== null) return whole
  const parts = (separator: string | RegExp): string[] => text.split(separator).map((part) => told(part, language))
  if (text.includes('\n')) return parts('\n').join('\n')
  const [, name = '', rest = ''] = /^(.+?): (.+)$/.exec(text) ?? []
  // A single word may be a setting or a file.
  const toldName = name.includes(' ') ? sentence(name, language) : null
  const before = toldName === null ? `${name}: ` : `${toldName}：`
  const known = sentence(rest, language)
  if (known !== null) return `${before}${known}`
  if (sentenceBreak.test(text)) return joinSentences(parts(sentenceBreak))
  return rest === '' ? text : `${before}${told(rest, language)}`
}

const sentenceBreak = /(?<=[.]) (?=\p{Lu})/u

function sentence(text: string, language: Language): string | null {
  const whole = tables[language].texts[text]
  if (whole !== undefined) return whole
  for (const { expression, names, translation } of patternsOf(language)) {
    const found = expression.exec(text)
    if (!found) continue
    const values = new Map(names.map((name, index) => [name, found[index + 1]!]))
    return translation.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
      const value = values.get(name) ?? whole
      return nestedNames.has(name) ? told(value, language) : value
    })
  }
  return null
}
