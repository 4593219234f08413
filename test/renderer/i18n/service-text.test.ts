import { afterEach, expect, test } from 'vitest'
import { serviceText } from '../../../src-renderer/lib/i18n/service-text.ts'
import { setLanguage } from '../../../src-renderer/lib/i18n/translate.ts'
import { services } from '../../../src-renderer/lib/i18n/zh-CN/services.ts'
import { serviceTexts, withoutNames } from '../../helpers/service-texts.ts'

afterEach(() => setLanguage('en'))

test('every sentence of the table is one that the services write', () => {
  const written = serviceTexts()
  expect(written.size).toBeGreaterThan(1000)
  expect(Object.keys(services).filter((text) => !written.has(withoutNames(text)))).toEqual([])
})

test('every sentence of the table is known again with any values, and gives them back in its own place', () => {
  setLanguage('zh-CN')
  for (const [english, chinese] of Object.entries(services)) {
    const filled = (text: string): string => text.replaceAll(/\{(\w+)\}/g, (_, name: string) => `<${name} 1.5>`)
    expect(serviceText(filled(english)), english).toBe(filled(chinese))
  }
})

test('sentences in sentences, lines with the path of a setting, and alarms are read; others stay as they are', () => {
  expect(serviceText('test 3: wrong output')).toBe('test 3: wrong output')
  setLanguage('zh-CN')
  expect(serviceText('test 3: wrong output')).toBe('测试 3：输出错误')
  expect(serviceText('Stage 2 of 3 begins with the policy as its reference.')).toBe(
    '第 2 阶段（共 3 个）开始，以当前策略为参考模型。',
  )
  expect(serviceText('Stage 2 of 3 begins.')).toBe('第 2 阶段（共 3 个）开始。')
  expect(serviceText('data.jsonl, line 4: this is not valid JSON (x). Mend or remove it.')).toBe(
    'data.jsonl 第 4 行：不是有效的 JSON（x）。请改正或删除。',
  )
  expect(serviceText('data.template: The template must hold {prompt}.\nmodel: unheard of')).toBe(
    'data.template: 模板必须包含 {prompt}。\nmodel: unheard of',
  )
  expect(serviceText('a sentence nobody wrote')).toBe('a sentence nobody wrote')
  expect(serviceText('(a+)+ $1 \\ {reason}')).toBe('(a+)+ $1 \\ {reason}')
})
