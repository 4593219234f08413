import { deflateSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { extractCode } from '../../../../src-main/tasks/verify/code/extract-code.ts'
import { readProblem } from '../../../../src-main/tasks/verify/code/records.ts'

const stdinTest = { input: '1\n', output: '2\n', testtype: 'stdin', metadata: {} }
const sumTest = { input: '[1]\n2', output: '3', testtype: 'functional', metadata: { func_name: 'add' } }

/** The pickle (protocol 4) of a text, as the dataset's packed tests are. */
function packed(text: string, tail = Buffer.of(0x94, 0x2e)): string {
  const bytes = Buffer.from(text)
  const length = Buffer.alloc(4)
  length.writeUInt32LE(bytes.length)
  const frame = Buffer.concat([Buffer.of(0x80, 4, 0x95), Buffer.alloc(8)])
  return deflateSync(Buffer.concat([frame, Buffer.of(0x58), length, bytes, tail])).toString('base64')
}

test.each([
  ['a LiveCodeBench list', [stdinTest], { kind: 'stdin', rule: 'livecodebench' }],
  ['a functional list', [sumTest], { kind: 'functional', name: 'add', style: 'lines' }],
  ['APPS columns', { inputs: ['1\n', ['2', '3']], outputs: ['1', ['5']] }, { kind: 'stdin', rule: 'apps' }],
  [
    'APPS functions',
    { inputs: [[1, [2]]], outputs: [[3]], fn_name: 'add' },
    { kind: 'functional', style: 'arguments', tests: [{ input: '[1,[2]]', output: '[3]' }] },
  ],
  ['a row of APPS', { input_output: '{"inputs": ["1"], "outputs": ["1"]}' }, { kind: 'stdin', rule: 'apps' }],
  ['PrimeIntellect', [{ input: [1], output: 2, fn_name: 'f' }], { kind: 'functional', name: 'f', style: 'arguments' }],
  ['assertions', { functional: 'assert f(1) == 2' }, { kind: 'asserts', program: 'assert f(1) == 2' }],
])('%s is read', (_, record, expected) => {
  expect(readProblem(JSON.stringify(record))).toMatchObject(expected)
})

test("HumanEval's check is called with its entry point", () => {
  const record = { test: 'def check(candidate):\n    assert candidate(1) == 2\n', entry_point: 'next_number' }
  expect(readProblem(JSON.stringify(record))).toMatchObject({
    program: expect.stringMatching(/check\(next_number\)\n$/),
  })
})

test('a row of LiveCodeBench has its shown tests and the packed ones', () => {
  const row = {
    public_test_cases: JSON.stringify([sumTest]),
    private_test_cases: packed(JSON.stringify([{ ...sumTest, metadata: undefined }])),
    metadata: '{"func_name": "add"}',
  }
  const problem = readProblem(JSON.stringify(row))
  expect(problem).toMatchObject({ kind: 'functional', name: 'add', tests: [{ shown: true }, { shown: false }] })
})

test('a pickle that does more than make a text is refused', () => {
  const run = Buffer.from('cos\nsystem\n(S"true"\ntR.')
  const row = (tests: string) => JSON.stringify({ public_test_cases: '[]', private_test_cases: tests })
  expect(() => readProblem(row(deflateSync(run).toString('base64')))).toThrow(/pickle opcode 0x63/)
  expect(() => readProblem(row(packed('[]', run)))).toThrow(/more than one text/)
  expect(() => readProblem(row('AAAA'))).toThrow(/do not unpack/)
})

test.each([
  ['nothing', '{}', /no inputs and outputs/],
  ['no tests', '[]', /no tests/],
  ['no JSON', 'x', /not JSON/],
  ['uneven columns', '{"inputs": ["1"], "outputs": []}', /1 inputs and 0 outputs/],
  ['a function without a name', '[{"input": "1", "output": "1", "testtype": "functional"}]', /func_name/],
  ['a test without output', '[{"input": "1"}]', /no input or no output/],
])('%s is an error of the record', (_, text, message) => {
  expect(() => readProblem(text)).toThrow(message)
})

test.each([
  ['the last block counts', '```python\na\n```\nBetter:\n```python\nb\n```', 'python', 'b'],
  ['after the thinking', '<think>\n```python\na\n```\n</think>\nno code', 'python', null],
  ['a block without language is none', '```\na\n```', 'python', null],
  ['unless any block counts', '```\na\n```', 'any', 'a'],
  ['another language is none', '```cpp\na\n```', 'python', null],
  ['an open block is none', '```python\na', 'python', null],
  ['longer fences hold shorter ones', '````python\na = """\n```\n"""\n````', 'python', 'a = """\n```\n"""'],
  ['bare text is none', 'print(1)', 'any', null],
] as const)('code of a response: %s', (_, response, rule, code) => {
  expect(extractCode(response, rule)).toBe(code)
})
