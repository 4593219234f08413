import type { Tokenizer } from '../model/tokenizer.ts'
import { type DatasetRow, readDataset } from '../tasks/dataset.ts'
import { renderPrompt } from '../tasks/prompt.ts'
import { UserError } from '../util/assert.ts'
import type { Problem } from './rollout.ts'

export interface ProblemOptions {
  readonly promptTemplate: string
  readonly maxPromptLength: number
  readonly limit?: number
}

/**
 * Reads a dataset file and renders each problem for the model. Prompts over the limit are left out and counted.
 * @throws UserError when nothing is left.
 */
export async function loadProblems(
  path: string,
  tokenizer: Tokenizer,
  options: ProblemOptions,
): Promise<{ problems: Problem[]; tooLong: number }> {
  return renderProblems(path, (await readDataset(path)).rows, tokenizer, options)
}

/** `loadProblems` of rows that were read already; `path` is named in errors. */
export function renderProblems(
  path: string,
  rows: readonly DatasetRow[],
  tokenizer: Tokenizer,
  options: ProblemOptions,
): { problems: Problem[]; tooLong: number } {
  const rendered = rows.slice(0, options.limit).map((row): Problem => {
    const prompt = renderPrompt(row, options.promptTemplate, tokenizer)
    return { id: row.id, prompt, promptIds: tokenizer.encode(prompt), answer: row.answer }
  })
  const problems = rendered.filter((problem) => problem.promptIds.length <= options.maxPromptLength)
  if (problems.length === 0)
    throw new UserError(
      `${path}: all ${rendered.length} prompts are longer than max_prompt_length = ${options.maxPromptLength} tokens. Raise the limit or use another dataset.`,
    )
  return { problems, tooLong: rendered.length - problems.length }
}
