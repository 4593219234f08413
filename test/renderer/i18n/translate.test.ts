import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { afterEach, expect, test } from 'vitest'
import { tx } from '../../../src-renderer/lib/i18n/elements.ts'
import { languageOf } from '../../../src-renderer/lib/i18n/language.ts'
import { setLanguage, t, tn } from '../../../src-renderer/lib/i18n/translate.ts'

afterEach(() => setLanguage('en'))

test('English is the key itself, with its values', () => {
  expect(t('Runs')).toBe('Runs')
  expect(t('Theme: {theme}. Change to {next}.', { theme: 'light', next: 'dark' })).toBe('Theme: light. Change to dark.')
})

test('Chinese comes from the catalogue; a text that it lacks stays English', () => {
  setLanguage('zh-CN')
  expect(t('Runs')).toBe('运行')
  expect(t('Never said {what}' as string, { what: 'anywhere' })).toBe('Never said anywhere')
})

test('numbers among the values are written as the language does', () => {
  expect(t('{count} steps' as string, { count: 12_345 })).toBe('12,345 steps')
})

test('English has a form for one, Chinese has one form for all', () => {
  const runs = (count: number): string => tn(count, '{count} run', '{count} runs')
  expect([runs(1), runs(2)]).toEqual(['1 run', '2 runs'])
  setLanguage('zh-CN')
  expect([runs(1), runs(2)]).toEqual(['1 个运行', '2 个运行'])
})

test('elements stand where the text has their names', () => {
  const shown = (): string =>
    renderToStaticMarkup(
      createElement('p', null, tx('Press {key} now' as string, { key: createElement('kbd', null, '?') })),
    )
  expect(shown()).toBe('<p>Press <kbd>?</kbd> now</p>')
})

test('the language of the system is the first that Quiver speaks, else English', () => {
  expect(languageOf('system', ['fr-FR', 'zh-TW', 'en'])).toBe('zh-CN')
  expect(languageOf('system', ['de', 'en-GB', 'zh-CN'])).toBe('en')
  expect(languageOf('system', ['fr'])).toBe('en')
  expect(languageOf('zh-CN', ['en'])).toBe('zh-CN')
})
