/** What `quiver verifier new` writes: a verifier that works, with examples that `quiver verifier test` runs. */
export const verifierTemplate = `/**
 * A verifier of your own. It runs in a sandbox: Node.js without files, network or other processes, and this file alone.
 * Try it with: quiver verifier test FILE. Use it with: verifier: { kind: custom, file: FILE } in a run's config.
 */

interface Item {
  /** All the model wrote. */
  readonly response: string
  /** The answer of the dataset. */
  readonly answer: string
}

/** true or false, or: correct; score, the reward (default 1 or 0); extracted, the answer read; reason, one clause. */
export function verify({ response, answer }: Item) {
  const extracted = /answer:\\s*(.+)/i.exec(response)?.[1]?.trim() ?? null
  if (extracted === null) return { correct: false, extracted, reason: 'no line starts with "Answer:"' }
  const correct = extracted.toLowerCase() === answer.trim().toLowerCase()
  return { correct, score: correct ? 1 : 0, extracted, reason: correct ? 'equal' : 'not equal' }
}

/** What must hold; tested by \`quiver verifier test\`. */
export const examples = [
  { response: 'Let me think.\\nAnswer: Paris', answer: 'Paris', correct: true },
  { response: 'Answer: London', answer: 'Paris', correct: false },
  { response: 'It is Paris.', answer: 'Paris', correct: false },
]
`
