import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { describe, expect, onTestFinished, test } from 'vitest'
import { readDataset } from '../../src-main/tasks/dataset.ts'
import { renderPrompt } from '../../src-main/tasks/prompt.ts'

async function file(name: string, content: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'quiver-dataset-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}
/** The columns that verl writes: chat messages, and structures. */
const leaf = (name: string) => ({
  name,
  type: 'BYTE_ARRAY' as const,
  converted_type: 'UTF8' as const,
  repetition_type: 'OPTIONAL' as const,
})
const group = (name: string, children: number, repetition_type: 'OPTIONAL' | 'REPEATED' = 'OPTIONAL') => ({
  name,
  num_children: children,
  repetition_type,
})
const verlColumns = [
  { name: 'root', num_children: 3 },
  { ...group('prompt', 1), converted_type: 'LIST' as const },
  group('list', 1, 'REPEATED'),
  group('element', 2),
  leaf('role'),
  leaf('content'),
  group('reward_model', 1),
  leaf('ground_truth'),
  group('extra_info', 1),
  leaf('index'),
]

const read = async (name: string, content: string) => readDataset(await file(name, content))

test('JSONL with ids, numbers as answers, blank lines and extra fields', async () => {
  const { rows, duplicates } = await read('a.jsonl', '{"id":"x","prompt":"1+1=?","answer":2,"difficulty":1}\n\n')
  expect(rows).toEqual([{ id: 'x', prompt: '1+1=?', answer: '2', extra: { difficulty: 1 } }])
  expect(duplicates).toBe(0)
})

test.each(['question', 'problem', 'instruction'])('the prompt may be called %s', async (name) => {
  const { rows } = await read('a.jsonl', JSON.stringify({ [name]: 'p', answer: 'a' }))
  expect(rows[0]).toMatchObject({ prompt: 'p', answer: 'a' })
})

test.each(['solution', 'final_answer', 'target', 'ground_truth'])('the answer may be called %s', async (name) => {
  const { rows } = await read('a.json', JSON.stringify([{ prompt: 'p', [name]: 'a' }]))
  expect(rows[0]).toMatchObject({ prompt: 'p', answer: 'a' })
})

test('a GSM8K answer is what follows ####', async () => {
  const { rows } = await read('a.jsonl', JSON.stringify({ question: 'q', answer: 'So 6*7=42.\n#### 42' }))
  expect(rows[0]!.answer).toBe('42')
})

test('verl records', async () => {
  const record = {
    data_source: 'gsm8k',
    prompt: [{ role: 'user', content: '6*7?' }],
    reward_model: { style: 'rule', ground_truth: '42' },
    extra_info: { index: 5 },
  }
  const { rows } = await read('a.jsonl', JSON.stringify(record))
  expect(rows[0]).toMatchObject({ id: '5', prompt: record.prompt, answer: '42' })
})

test('CSV', async () => {
  const { rows } = await read('a.csv', 'prompt,answer\n"1,5+1",2.5\n2+2,4\n')
  expect(rows.map(({ prompt, answer }) => [prompt, answer])).toEqual([
    ['1,5+1', '2.5'],
    ['2+2', '4'],
  ])
})

test('a repeated prompt is kept once and counted', async () => {
  const line = '{"prompt":"p","answer":"1"}'
  const { rows, duplicates } = await read('a.jsonl', `${line}\n${line}\n{"prompt":"q","answer":"2"}`)
  expect(rows.map(({ prompt }) => prompt)).toEqual(['p', 'q'])
  expect(duplicates).toBe(1)
})

test('a prompt that differs in white space alone is a repeated one', async () => {
  const { rows, duplicates } = await read('a.json', '[{"prompt":"p q","answer":1},{"prompt":"p\\n q ","answer":1}]')
  expect([rows.length, duplicates]).toEqual([1, 1])
})

test('rows whose answer is empty or null are left out and counted', async () => {
  const { rows, withoutAnswer } = await read(
    'a.jsonl',
    '{"prompt":"p","answer":" "}\n{"prompt":"q","answer":null}\n{"prompt":"r","answer":"1"}',
  )
  expect([rows.map(({ prompt }) => prompt), withoutAnswer]).toEqual([['r'], 2])
})

describe('Parquet', () => {
  const write = async (
    columnData: Parameters<typeof parquetWriteBuffer>[0]['columnData'],
    options: Partial<Parameters<typeof parquetWriteBuffer>[0]> = {},
  ) => {
    const path = await file('a.parquet', '')
    await writeFile(path, Buffer.from(parquetWriteBuffer({ columnData, ...options })))
    return path
  }

  test('columns of texts and whole numbers, a null answer left out', async () => {
    const path = await write([
      { name: 'question', data: ['1+1', '2+2', '3+3'], type: 'STRING' },
      { name: 'answer', data: ['so\n#### 2', null, '6'], type: 'STRING' },
      { name: 'level', data: [1n, 2n, 3n], type: 'INT64' },
    ])
    const { rows, withoutAnswer } = await readDataset(path)
    expect(rows).toEqual([
      { id: 'row-0', prompt: '1+1', answer: '2', extra: { level: 1 } },
      { id: 'row-1', prompt: '3+3', answer: '6', extra: { level: 3 } },
    ])
    expect(withoutAnswer).toBe(1)
  })

  test('rows of verl, with lists and structures, over several row groups', async () => {
    const count = 5000
    const path = await write(
      [
        {
          name: 'prompt',
          data: Array.from({ length: count }, (_, row) => [{ role: 'user', content: `${row % 50}+0` }]),
        },
        { name: 'reward_model', data: Array.from({ length: count }, (_, row) => ({ ground_truth: `${row % 50}` })) },
        { name: 'extra_info', data: Array.from({ length: count }, (_, row) => ({ index: `id-${row}` })) },
      ],
      { schema: verlColumns, rowGroupSize: 1500 },
    )
    const { rows, duplicates } = await readDataset(path)
    expect([rows.length, duplicates]).toEqual([50, count - 50])
    expect(rows[7]).toMatchObject({ id: 'id-7', prompt: [{ role: 'user', content: '7+0' }], answer: '7' })
  })

  test('a file that is none gets a sentence', async () => {
    await expect(read('a.parquet', 'no parquet at all')).rejects.toThrow(
      /a\.parquet cannot be read \(it is no whole Parquet file: /,
    )
  })
})

test.each([
  [
    'a bad line, with its number',
    'a.jsonl',
    '{"prompt":"p","answer":"1"}\n\n{"prompt":',
    /a\.jsonl, line 3.*not valid JSON/,
  ],
  ['a line without an answer', 'a.jsonl', '{"prompt":"p"}', /line 1: expected a text or number in one of answer/],
  ['a line without a prompt', 'a.jsonl', '{"answer":"p"}', /line 1: expected a text or chat messages in one of prompt/],
  ['a line that is no object', 'a.jsonl', '7', /line 1: expected an object.*got 7/],
  ['an empty file', 'a.jsonl', '\n', /holds no problems/],
  ['an empty array', 'a.json', '[]', /holds no problems/],
  ['JSON that is no array', 'a.json', '{}', /expected a JSON array/],
  ['an unknown type', 'a.txt', 'x', /expected a file ending in \.jsonl, \.json, \.csv or \.parquet/],
])('%s gets a sentence', async (_, name, content, message) => {
  await expect(read(name, content)).rejects.toThrow(message)
})

test('a missing file is named', async () => {
  await expect(readDataset('nowhere/missing.jsonl')).rejects.toThrow(/nowhere\/missing\.jsonl cannot be read/)
})

test('prompts go through the template, messages through the chat template', () => {
  const tokenizer = { applyChatTemplate: () => 'from the chat template' }
  const row = { id: '1', answer: '1', extra: {} }
  expect(renderPrompt({ ...row, prompt: '$& 1+1' }, 'Q: {prompt}\nA:', tokenizer)).toBe('Q: $& 1+1\nA:')
  expect(renderPrompt({ ...row, prompt: [{ role: 'user', content: 'x' }] }, '{prompt}', tokenizer)).toBe(
    'from the chat template',
  )
})
