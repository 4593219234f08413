import { releaseRun } from '../../src-main/store/ownership.ts'
import { groupsOfStep } from '../../src-main/store/rollouts.ts'
import { createRun, newRunId } from '../../src-main/store/runs.ts'
import type { WriteDb } from '../../src-main/store/sql.ts'
import { recordStep } from '../../src-main/store/steps.ts'
import { runConfigSchema } from '../../src-preload/contract/config.ts'
import { packTrace, traceFlags } from '../../src-preload/contract/trace.ts'
import { seededUniform } from './sample-run.ts'

const words = [
  'Wait',
  ',',
  ' so',
  ' the',
  ' sum',
  ' of',
  ' 48',
  '+',
  '17',
  ' is',
  ' 65',
  '.',
  '\n',
  ' check',
  ' again',
  ' é',
]

/** Writes a run of one step whose one response has `tokens` tokens; returns the ids of run and response. */
export function writeLongResponse(db: WriteDb, tokens: number): { runId: string; rolloutId: number } {
  const config = runConfigSchema.parse({ name: `response of ${tokens} tokens`, steps: 1 })
  const runId = newRunId(config.name)
  createRun(db, { id: runId, config, atMs: Date.now() })
  const uniform = seededUniform(11)
  const texts = Array.from({ length: tokens }, () => words[Math.floor(uniform() * words.length)]!)
  const entropies = Float32Array.from(texts, () => (uniform() < 0.2 ? 0.3 + uniform() * 2.5 : uniform() ** 4 * 0.3))
  const rolloutLogprobs = entropies.map((entropy) => -entropy * (0.1 + uniform() * 1.4))
  const trace = packTrace({
    ids: Uint32Array.from(texts, (_, index) => index % 50_000),
    textLengths: Uint16Array.from(texts, (text) => text.length),
    rolloutLogprobs,
    entropies,
    policyLogprobs: rolloutLogprobs.map((value) => Math.min(0, value * (1 + (uniform() - 0.5) * 0.3))),
    referenceLogprobs: rolloutLogprobs.map((value) => Math.min(0, value * (1 + (uniform() - 0.5) * 0.8))),
    flags: Uint8Array.from(
      entropies,
      (entropy) =>
        (entropy > 0.3 ? traceFlags.reasoning : 0) |
        (uniform() < 0.01 ? traceFlags.clippedHigh : 0) |
        (uniform() < 0.005 ? traceFlags.masked : 0),
    ),
  })
  const rollout = {
    text: texts.join(''),
    reward: 1,
    rewardParts: { verifier: 1 },
    correct: true,
    extracted: '65',
    reason: '65 equals the answer.',
    advantage: 0.87,
    tokens,
    meanEntropy: 0.3,
    finishReason: 'length' as const,
    trace,
  }
  const group = { promptId: 'long', prompt: '48 + 17 =', answer: '65', filtered: false, rollouts: [rollout] }
  recordStep(db, { runId, step: 1, atMs: Date.now(), elapsedMs: 1, metrics: { reward: 1 }, groups: [group] })
  releaseRun(db, runId, { status: 'finished', atMs: Date.now() })
  return { runId, rolloutId: groupsOfStep(db, runId, 1)[0]!.rollouts[0]!.id }
}
