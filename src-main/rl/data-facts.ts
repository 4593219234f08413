/** What a run's data hold, counted before it starts: see contract/data-facts. */
import type { RunConfig } from '../../src-preload/contract/config.ts'
import type { DataFacts, FileFacts } from '../../src-preload/contract/data-facts.ts'
import type { Tokenizer } from '../model/tokenizer.ts'
import { type Dataset, type DatasetRow, plainPrompt } from '../tasks/dataset.ts'
import { overlapOf } from '../tasks/overlap.ts'
import { renderPrompt } from '../tasks/prompt.ts'
import { startVerifyPool } from '../tasks/verify/pool.ts'

/** Prompts that are tokenized; a dataset may hold a million. */
const countedPrompts = 2000
/** Prompts that are asked for their form, and the share of them that must agree. */
const askedPrompts = 64
const mostOf = 0.5

/** Verifiers that read an answer; code is judged by tests, and a verifier of the user's own by its own rules. */
const answerKinds: ReadonlySet<string> = new Set(['math', 'numeric', 'exact', 'choice', 'regex'])

/** Forms of a final answer that prompts ask for: how a prompt names each, and a response in it. */
const forms: readonly {
  readonly name: string
  readonly asked: RegExp
  readonly response: (answer: string) => string
}[] = [
  { name: '\\boxed{…}', asked: /\\boxed/, response: (answer) => `So it is \\boxed{${answer}}.` },
  { name: 'Answer: …', asked: /\bAnswer:\s*[<$\\[("'“]/, response: (answer) => `So it is.\nAnswer: ${answer}` },
  { name: '<answer>…</answer>', asked: /<answer>/, response: (answer) => `So it is. <answer>${answer}</answer>` },
  { name: '#### …', asked: /####/, response: (answer) => `So it is.\n#### ${answer}` },
]

/** Counts a run's data. Problems are compared as the files have them, prompts counted as the model is given them. */
export async function dataFacts(
  config: RunConfig,
  { train, heldOut }: { readonly train: Dataset; readonly heldOut: Dataset | null },
  tokenizer: Tokenizer,
): Promise<DataFacts> {
  return {
    train: fileFacts(config, train, tokenizer),
    heldOut: heldOut && { problems: heldOut.rows.length },
    overlap: overlapOf(train.rows.map(plainPrompt), heldOut?.rows.map(plainPrompt) ?? []),
    refusedForm: await refusedForm(config, train.rows.slice(0, askedPrompts), tokenizer),
  }
}

function fileFacts({ data }: RunConfig, dataset: Dataset, tokenizer: Tokenizer): FileFacts {
  const lengths = dataset.rows
    .slice(0, countedPrompts)
    .map((row) => tokenizer.encode(renderPrompt(row, data.prompt_template, tokenizer)).length)
  return {
    problems: dataset.rows.length,
    duplicates: dataset.duplicates,
    withoutAnswer: dataset.withoutAnswer,
    counted: lengths.length,
    tooLong: lengths.filter((length) => length > data.max_prompt_length).length,
    meanTokens: lengths.reduce((sum, length) => sum + length, 0) / lengths.length,
    mostTokens: Math.max(...lengths),
  }
}

/** The form most prompts ask for, where the verifier accepts no row's own answer in it. */
async function refusedForm(
  { data, verifier }: RunConfig,
  rows: readonly DatasetRow[],
  tokenizer: Tokenizer,
): Promise<string | null> {
  if (!answerKinds.has(verifier.kind)) return null
  const prompts = rows.map((row) => renderPrompt(row, data.prompt_template, tokenizer))
  const form = forms.find(
    ({ asked }) => prompts.filter((prompt) => asked.test(prompt)).length > mostOf * prompts.length,
  )
  if (!form) return null
  const pool = startVerifyPool(verifier, { seed: 0 })
  try {
    await pool.ready()
    const verdicts = await pool.verify(rows.map(({ answer }) => ({ response: form.response(answer), answer })))
    return verdicts.some(({ correct }) => correct) ? null : form.name
  } finally {
    await pool.dispose()
  }
}
