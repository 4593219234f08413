import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadTokenizer } from '../../src-main/model/tokenizer.ts'
import { dataFacts } from '../../src-main/rl/data-facts.ts'
import { readDataset } from '../../src-main/tasks/dataset.ts'
import { resolveModel } from '../../src-main/util/resources.ts'
import { type RunConfigInput, runConfigSchema } from '../../src-preload/contract/config.ts'
import { dataFit, dataSentences, dataTexts } from '../../src-preload/contract/data-facts.ts'
import { plainSentence } from '../../src-preload/contract/sentence.ts'
import { temporaryFolder } from '../helpers/workspace.ts'

interface Row {
  readonly prompt: string
  readonly answer: string
}

/** The facts of a run over these rows, and the sentences they are told in. */
async function factsOf(train: readonly Row[], heldOut: readonly Row[] | null, config: RunConfigInput = {}) {
  const folder = temporaryFolder()
  const write = (name: string, rows: readonly Row[]): string => {
    writeFileSync(join(folder, name), JSON.stringify(rows))
    return join(folder, name)
  }
  const facts = await dataFacts(
    runConfigSchema.parse(config),
    {
      train: await readDataset(write('train.json', train)),
      heldOut: heldOut && (await readDataset(write('held-out.json', heldOut))),
    },
    await loadTokenizer(resolveModel('builtin:arithmetic-1m')),
  )
  return { facts, fit: dataFit(facts), text: dataSentences(facts).map(plainSentence).join(' ') }
}
const sums = (count: number): Row[] =>
  Array.from({ length: count }, (_, index) => ({ prompt: `${index}+1=?`, answer: `${index + 1}` }))

test('one problem is one problem', () => {
  const train = { problems: 1, duplicates: 0, withoutAnswer: 0, counted: 1, tooLong: 0, meanTokens: 7, mostTokens: 7 }
  const facts = { train, heldOut: null, overlap: { alike: 0, passage: 0 }, refusedForm: null }
  expect(dataSentences(facts)).toEqual([{ text: dataTexts.problem, values: { most: 7 } }])
})

test('problems, tokens and what is left out are counted', async () => {
  const rows = [
    ...sums(4),
    { prompt: '3+1=?', answer: '4' },
    { prompt: 'x', answer: '' },
    { prompt: '+'.repeat(40), answer: '1' },
  ]
  const { facts, fit, text } = await factsOf(rows, null, { data: { max_prompt_length: 30 } })
  expect(facts.train).toMatchObject({ problems: 5, duplicates: 1, withoutAnswer: 1, counted: 5, tooLong: 1 })
  expect(facts.train.mostTokens).toBeGreaterThan(30)
  expect(fit).toBe(true)
  expect(text).toMatch(
    /^5 problems; prompts of \d+ tokens on average, \d+ at most\. 1 repeated prompts .* 1 rows without an answer .* Of the first 5 prompts 1 are over/,
  )
})

test('held-out problems that are trained on are told', async () => {
  const { facts, fit, text } = await factsOf(sums(5), [...sums(2), { prompt: '70+1=?', answer: '71' }])
  expect(facts.overlap).toEqual({ alike: 2, passage: 0 })
  expect(fit).toBe(false)
  expect(text).toContain('3 held out. 2 of 3 held-out problems stand in the training data too, 2 of them whole')
})

test.each([
  ['Put the final answer in \\boxed{}.', { kind: 'math', mode: 'dapo' } as const, '\\boxed{…}'],
  ['The last line must be Answer: $Answer.', { kind: 'math', mode: 'dapo' } as const, null],
  ['Put the final answer in \\boxed{}.', { kind: 'math' } as const, null],
  ['Answer in <answer> tags.', { kind: 'regex', pattern: 'Final: (.*)' } as const, '<answer>…</answer>'],
  ['Be brief.', { kind: 'regex', pattern: 'Final: (.*)' } as const, null],
])('%s with %o: the form that the verifier refuses is %s', async (ask, verifier, expected) => {
  const rows = sums(3).map(({ prompt, answer }) => ({ prompt: `${prompt} ${ask}`, answer }))
  const { facts } = await factsOf(rows, null, { verifier, data: { max_prompt_length: 1000 } })
  expect(facts.refusedForm).toBe(expected)
})
