import { describe, expect, test } from 'vitest'
import { sameOutput } from '../../../../src-main/tasks/verify/code/compare-output.ts'
import { equalsExpected, equalsWrapped, readReturned } from '../../../../src-main/tasks/verify/code/compare-value.ts'
import { jsonText, readJson } from '../../../../src-main/tasks/verify/code/json.ts'

describe('standard output', () => {
  test.each([
    ['6\n', '6', true],
    ['  6  \n\n', '6', true],
    ['1\n2', '1 2', false],
    ['1 \n 2', '1\n2', true],
    ['3.0', '3', true],
    ['1e3', '1000', true],
    ['1_000', '1000', true],
    ['0.30000000000000004', '0.3', false],
    ['-0', '0', true],
    ['Yes', 'YES', false],
    ['NaN', 'nan', false],
    ['Infinity', 'inf', true],
    ['1  2', '1 2', true],
    ['a  b', 'a b', false],
    ['', '0', false],
    ['1e999999999999', '1e999999999998', false],
    [`${'9'.repeat(6000)}`, `${'9'.repeat(5999)}8`, false],
    ['1\n\n2', '1\n2', false],
  ])('livecodebench: %j against %j is %s', (got, expected, same) => {
    expect(sameOutput(got, expected, 'livecodebench')).toBe(same)
  })

  test.each([
    ['0.3333333333333333', '0.3333333333', true],
    ['0.3343', '0.3333', false],
    ['2 1', '1 1 2', false],
    ['2 1', '1 2', false],
    ['1\n\n2', '1\n2', true],
    ['100001', '100000', false],
    ['3.00001', '3', true],
    ['abc', 'abd', false],
    ['nan', 'NaN', false],
    ['9007199254740993', '9007199254740992', false],
    ['007', '7', true],
  ])('apps: %j against %j is %s', (got, expected, same) => {
    expect(sameOutput(got, expected, 'apps')).toBe(same)
  })

  test('archer compares the whole stripped text', () => {
    expect(sameOutput(' 6\n', '6', 'archer')).toBe(true)
    expect(sameOutput('6.0', '6', 'archer')).toBe(false)
    expect(sameOutput('6 \n7', '6\n7', 'archer')).toBe(false)
  })
})

describe('returned values', () => {
  const returned = (value: string, objects = '[]') => readReturned(`{"values":[${value}],"objects":${objects}}`)
  test.each([
    ['True is 1', returned('true'), '1', true],
    ['1.0 is 1', returned('{"f":"1.0"}'), '1', true],
    ['0.1 + 0.2 is not 0.3', returned('{"f":"0.30000000000000004"}'), '0.3', false],
    ['None is not 0', returned('null'), '0', false],
    ['nan is nothing', returned('{"f":"nan"}'), '0', false],
    ['text is not a number', returned('"1"'), '1', false],
    ['2^53 + 1 is not 2^53', returned('9007199254740993'), '9007199254740992', false],
    ['a large float is the same whole number', returned('{"f":"9007199254740992.0"}'), '9007199254740992', true],
    ['a tuple is a list', returned('{"o":0}', '[["tuple",[1,2]]]'), '[1, 2]', true],
    ['a tuple in a list is none', returned('{"o":0}', '[["list",[{"o":1}]],["tuple",[1]]]'), '[[1]]', false],
    ['a set is no list', returned('{"o":0}', '[["set",[1]]]'), '[1]', false],
    ['an object', returned('{"o":0}', '[["dict",[["a",1]]]]'), '{"a": 1}', true],
    ['whole keys are no text', returned('{"o":0}', '[["dict",[[1,1]]]]'), '{"1": 1}', false],
    ['a list in itself', returned('{"o":0}', '[["list",[1,{"o":0}]]]'), '[1, [1, 2]]', false],
    ['an index that leads nowhere', returned('{"o":7}'), '[]', false],
    ["another side's object", returned('{"o":0}', '[["remote",[3]]]'), '3', false],
  ])('%s', (_, value, expected, same) => {
    expect(equalsExpected(value, readJson(expected))).toBe(same)
  })

  test('APPS wraps results, and writes whole keys and tuples as JSON can', () => {
    expect(equalsWrapped(returned('6'), readJson('[6]'))).toBe(true)
    expect(equalsWrapped(returned('6'), readJson('[7, 6]'))).toBe(false)
    expect(equalsWrapped(returned('{"o":0}', '[["dict",[[1,2]]]]'), readJson('{"1": 2}'))).toBe(true)
    expect(equalsWrapped(returned('{"o":0}', '[["list",[{"o":1}]],["tuple",[1]]]'), readJson('[[[1]]]'))).toBe(true)
  })

  test('what is no answer of the harness is refused', () => {
    for (const text of ['', '{}', '[]', '{"values":[],"objects":[]}', '{"values":[1],"objects":1}'])
      expect(() => readReturned(text)).toThrow()
  })
})

test('JSON keeps whole numbers of any length, floats as floats, and odd keys', () => {
  const text = '[123456789012345678901234567890,1e+0,-2.5,{"__proto__":[null,true,"\\ud800"]}]'
  expect(jsonText(readJson(text))).toBe(text)
  expect(jsonText(readJson('[1.0, 1e400]'))).toBe('[1e+0,1e999]')
})
