import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readDataset } from '../../src-main/tasks/dataset.ts'
import { renderPrompt } from '../../src-main/tasks/prompt.ts'

async function file(name: string, content: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'quiver-dataset-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}
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
  ['an unknown type', 'a.txt', 'x', /expected a file ending in \.jsonl, \.json or \.csv/],
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
