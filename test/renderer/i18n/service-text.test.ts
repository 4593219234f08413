import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { missingLibraries } from '../../../src-main/engine/executors/cuda/native/find.ts'
import { importConfig } from '../../../src-main/interop/import/import-config.ts'
import { serviceSentencesText, serviceText } from '../../../src-renderer/lib/i18n/service-text.ts'
import { setLanguage } from '../../../src-renderer/lib/i18n/translate.ts'
import { serviceSentences } from '../../../src-renderer/lib/i18n/zh-CN/index.ts'
import { serviceTexts, shownSentences, withoutNames } from '../../helpers/service-texts.ts'

afterEach(() => setLanguage('en'))

test('every sentence of the table is one that the services write', () => {
  const written = serviceTexts()
  expect(written.size).toBeGreaterThan(1000)
  expect(Object.keys(serviceSentences).filter((text) => !written.has(withoutNames(text)))).toEqual([])
})

test('every error and every sentence of an import is in the table', () => {
  const known = new Set(Object.keys(serviceSentences).map(withoutNames))
  const shown = shownSentences()
  expect(shown.length).toBeGreaterThan(250)
  expect(shown.filter((text) => !known.has(text))).toEqual([])
})

test('every sentence of the table is known again with any values, and gives them back in its own place', () => {
  setLanguage('zh-CN')
  for (const [english, chinese] of Object.entries(serviceSentences)) {
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
  const lacking = missingLibraries({ platform: 'linux', environment: {}, home: '/nowhere', root: '/nowhere' })!
  expect(serviceText(lacking.what)).not.toMatch(/driver|compiler|library|Looked/)
  expect(serviceText('a sentence nobody wrote')).toBe('a sentence nobody wrote')
  expect(serviceText('(a+)+ $1 \\ {reason}')).toBe('(a+)+ $1 \\ {reason}')
})

test('files, names and several sentences are read apart', () => {
  setLanguage('zh-CN')
  expect(serviceText('/m/config.json: hidden_size is missing, expected a positive integer.')).toBe(
    '/m/config.json: hidden_size：缺失，应为正整数。',
  )
  expect(
    serviceText(
      'The device "cuda" cannot be used: Its test ended by SIGSEGV before a result. The driver says: too old. Choose another device.',
    ),
  ).toBe('设备“cuda”不可用：测试因 SIGSEGV 结束，没有得到结果。驱动程序提示：too old. 请选择其他设备。')
  expect(
    serviceText(
      'Code checking is off: no sandbox holds on this machine. Model-written code never runs outside one.\nbwrap: python3 does not run (x). Install Python 3.9 or newer.\nwasm: something else',
    ),
  ).toBe(
    '代码检查已关闭：本机没有可用的沙箱。模型编写的代码绝不在沙箱之外运行。\nbwrap: python3 无法运行（x）。请安装 Python 3.9 或更新版本。\nwasm: something else',
  )
})

test('what an answer is read as, the name of a setting before a colon, and kinds of events', () => {
  setLanguage('zh-CN')
  expect(serviceText('a list of 2 items: 1/2 or 2')).toBe('含 2 项的列表：1/2 or 2')
  expect(serviceText('expected a number or expression, got a list of 2 items')).toBe(
    '期望 数或表达式，得到 含 2 项的列表',
  )
  expect(serviceText('steps: The config does not fit.')).toBe('steps: 配置不适用。')
  for (const kind of ['started', 'resumed', 'alarm', 'verifier', 'device', 'method', 'rollout', 'dataset'])
    expect(serviceText(kind)).toMatch(/^\p{Script=Han}+$/u)
})

const imports = join(import.meta.dirname, '../../fixtures/imports')

test.each(readdirSync(imports))('what an import says of %s is Chinese throughout', (name) => {
  const { keys, notes } = importConfig(readFileSync(join(imports, name), 'utf8'), name, { rows: null })
  const said = [...notes, ...keys.flatMap(({ reasons }) => reasons)]
  setLanguage('zh-CN')
  expect(said.length).toBeGreaterThan(0)
  expect(serviceSentencesText(said).replaceAll('quiver verifier new', '')).not.toMatch(
    /[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}/,
  )
})
