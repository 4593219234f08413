import { expect, test } from 'vitest'
import { areas, chinese, serviceSentences } from '../../../src-renderer/lib/i18n/zh-CN/index.ts'
import {
  alarmTexts,
  configTexts,
  deviceTexts,
  metricTexts,
  recipeTexts,
  warningAndMemoryTexts,
} from '../../helpers/contract-texts.ts'
import { type KeyText, rendererFiles, type SourceText, textsOf } from '../../helpers/source-texts.ts'

/** Texts of the contract that the page shows by `t`. */
const contract = {
  metrics: metricTexts(),
  config: configTexts(),
  warnings: warningAndMemoryTexts(),
  recipes: await recipeTexts(),
  devices: deviceTexts(),
  alarms: alarmTexts(),
}

const files = rendererFiles().map((file) => ({ file, ...textsOf(file) }))
const keys: readonly KeyText[] = files.flatMap((file) => file.keys)

const where = ({ file, line, text }: SourceText): string => `${file}:${line}: ${text}`
const namesOf = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!)
const nameSet = (text: string): string => [...new Set(namesOf(text))].sort().join()

test('every text of the page has a translation', () => {
  expect(keys.filter(({ text }) => !(text in chinese)).map(where)).toEqual([])
})

test.each(Object.entries(contract))('every text of the contract has a translation: %s', (_, texts) => {
  expect(texts.filter((text) => !(text in chinese))).toEqual([])
})

test('every translation has a use', () => {
  const used = new Set([
    ...keys.map(({ text }) => text),
    ...Object.values(contract).flat(),
    ...Object.keys(serviceSentences),
  ])
  expect(Object.keys(chinese).filter((text) => !used.has(text))).toEqual([])
})

test('a text is translated in one place', () => {
  const all = Object.values(areas).flatMap((area) => Object.keys(area))
  expect(all.filter((text, index) => all.indexOf(text) !== index)).toEqual([])
})

test('a translation has the {names} of its text, and the form for one has no others', () => {
  const wrong = Object.entries(chinese).filter(([english, text]) => nameSet(english) !== nameSet(text))
  expect(wrong).toEqual([])
  const other = keys.filter(
    ({ one, text }) => one !== undefined && namesOf(one).some((name) => !namesOf(text).includes(name)),
  )
  expect(other.map(where)).toEqual([])
})

test('translations are Chinese, but for names', () => {
  expect(
    Object.entries(chinese).filter(
      ([english, text]) => !/[\p{Script=Han}，。；（）]/u.test(text) && !alike.has(english),
    ),
  ).toEqual([])
})

test('no key is built from parts', () => {
  expect(files.flatMap((file) => file.built).map(where)).toEqual([])
})

test('no text for the user goes past the translation', () => {
  const bare = files.flatMap((file) => file.bare)
  expect(bare.filter(({ text }) => !properNames.has(text)).map(where)).toEqual([])
})

/** Terms that Chinese writes as English does. */
const alike = new Set(['Id', 'KL', 'Token', 'Tokens', 'nats', 'tok'])

/** Names that are the same in every language. */
const properNames = new Set(['Quiver', 'English', 'NaN', 'ms', 'config.yaml'])
