import type { VerifierConfig } from '../../src-preload/contract/verifier.ts'
import type { CheckedResponse, DatasetCheck, Rescore } from '../../src-preload/contract/verify.ts'
import { rolloutTexts, storedResponses } from '../store/rollout-texts.ts'
import type { ReadDb } from '../store/sql.ts'
import { readDataset } from '../tasks/dataset.ts'
import { startVerifyPool } from '../tasks/verify/pool.ts'
import type { Verdict, VerifyItem } from '../tasks/verify/verdict.ts'
import { UserError } from '../util/assert.ts'
import { resolveDataset } from '../util/resources.ts'

/** Most rows that an answer lists. */
const listed = 200

/** Verdicts on given responses, in order. Throws UserError when the verifier's options make none. */
export async function checkResponses(
  verifier: VerifierConfig,
  items: readonly VerifyItem[],
): Promise<CheckedResponse[]> {
  const pool = startVerifyPool(verifier)
  try {
    await pool.ready()
    return (await pool.verify(items)).map(checkedResponse)
  } finally {
    await pool.dispose()
  }
}

const checkedResponse = ({ correct, score, extracted, parsed, reason, ms }: Verdict): CheckedResponse => ({
  correct,
  score,
  extracted,
  parsed: parsed ?? null,
  reason,
  ms: ms ?? null,
})

/** The response that gives a reference in every form a verifier may look for. */
const givenAnswer = (answer: string): string =>
  `<think>\nThis is the reference.\n</think>\nAnswer: ${answer}\n\n\\boxed{${answer}}`

/** Holds the answers of a dataset against themselves. Throws UserError when the file cannot be read. */
export async function checkDataset(verifier: VerifierConfig, reference: string, limit: number): Promise<DatasetCheck> {
  if (verifier.kind === 'code')
    throw new UserError(
      'A reference of a code dataset is its tests, and no solution to hold against them. Check responses instead.',
    )
  const { rows } = await readDataset(resolveDataset(reference))
  const part = rows.slice(0, limit)
  const verdicts = await checkResponses(
    verifier,
    part.map(({ answer }) => ({ response: givenAnswer(answer), answer })),
  )
  const failures = part.flatMap(({ id, answer }, index) =>
    verdicts[index]!.correct ? [] : [{ id, answer, verdict: verdicts[index]! }],
  )
  return {
    rows: rows.length,
    checked: part.length,
    verified: part.length - failures.length,
    failures: failures.slice(0, listed),
  }
}

/** Checks the newest stored responses of a run again, with another verifier; nothing stored changes. */
export async function rescoreRun(db: ReadDb, verifier: VerifierConfig, runId: string, limit: number): Promise<Rescore> {
  const responses = rolloutTexts(db, runId, limit)
  const verdicts = await checkResponses(
    verifier,
    responses.map(({ text, answer }) => ({ response: text, answer })),
  )
  const flips = responses.flatMap(({ rolloutId, step, answer, correct, extracted, reason }, index) => {
    const now = verdicts[index]!
    const before = { correct: correct === 1, extracted, reason }
    return before.correct === now.correct ? [] : [{ rolloutId, step, answer, before, now }]
  })
  return {
    stored: storedResponses(db, runId),
    checked: responses.length,
    correctBefore: responses.filter(({ correct }) => correct === 1).length,
    correctNow: verdicts.filter(({ correct }) => correct).length,
    flipped: flips.length,
    flips: flips.slice(0, listed),
  }
}
