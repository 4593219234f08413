/** Rows of code datasets have no answer but tests, spread over columns of their own. */
type Columns = Readonly<Record<string, unknown>>

/**
 * The tests of a row as one text that the code verifier reads: `input_output` (APPS, TACO), `public_test_cases` with
 * `private_test_cases` and `metadata` (LiveCodeBench), `test` with `entry_point` (HumanEval), `tests` (PrimeIntellect);
 * null when it has none of them.
 */
export function codeTests(columns: Columns): string | null {
  const { input_output, public_test_cases, private_test_cases, metadata, test, entry_point, tests } = columns
  if (typeof input_output === 'string' && input_output !== '') return input_output
  if (public_test_cases !== undefined) return JSON.stringify({ public_test_cases, private_test_cases, metadata })
  if (typeof test === 'string' && typeof entry_point === 'string') return JSON.stringify({ test, entry_point })
  return typeof tests === 'string' ? tests : null
}

/** LiveCodeBench keeps what the solution has to start with apart from the problem; the prompt is both. */
export function withStarterCode(prompt: unknown, { starter_code }: Columns): unknown {
  if (typeof prompt !== 'string' || typeof starter_code !== 'string' || starter_code.trim() === '') return prompt
  return `${prompt}\n\n\`\`\`python\n${starter_code}\n\`\`\``
}
