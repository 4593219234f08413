import { mkdirSync } from 'node:fs'
import { recordCheckpoint } from '../../src-main/store/checkpoints.ts'
import { recordEvaluation } from '../../src-main/store/evaluations.ts'
import { workspaceOf } from '../../src-main/store/open.ts'
import { claimRun, releaseRun } from '../../src-main/store/ownership.ts'
import { createRun, newRunId } from '../../src-main/store/runs.ts'
import type { WriteDb } from '../../src-main/store/sql.ts'
import { type RunStepRecord, recordStep } from '../../src-main/store/steps.ts'
import { checkpointsFolder, runFolder } from '../../src-main/store/workspace.ts'
import { processStartTime } from '../../src-main/util/process.ts'
import { type RunConfigInput, runConfigSchema } from '../../src-preload/contract/config.ts'
import type { GroupRecord, RolloutRecord } from '../../src-preload/contract/record.ts'
import type { TokenEntropies } from '../../src-preload/contract/tokens.ts'
import { packTrace, traceFlags, unpackTrace } from '../../src-preload/contract/trace.ts'

/** A seeded uniform in [0, 1) (mulberry32). */
export function seededUniform(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const stepMs = 4000

export interface SampleRun {
  readonly config?: RunConfigInput
  readonly steps: number
  readonly prompts?: number
  readonly generations?: number
  readonly seed?: number
  readonly atMs?: number
  /** Left running, so that a test or a page may go on recording; otherwise finished. */
  readonly active?: boolean
}

/** Writes a run of plausible numbers and texts through the store, and returns its id. */
export function writeSampleRun(db: WriteDb, sample: SampleRun): string {
  const { steps, atMs = Date.UTC(2026, 10, 20) } = sample
  const config = runConfigSchema.parse({ steps, ...sample.config })
  const id = newRunId(config.name)
  mkdirSync(runFolder(workspaceOf(db), id), { recursive: true })
  createRun(db, { id, config, atMs })
  for (let step = 0; step <= steps; step++) {
    const time = { atMs: atMs + step * stepMs, elapsedMs: step * stepMs }
    if (step > 0) recordStep(db, sampleStep(id, step, sample))
    if (step % 25 !== 0) continue
    const progress = step / Math.max(1, steps)
    const metrics = { 'eval/greedy': 0.42 + 0.35 * progress, 'eval/avg': 0.36 + 0.34 * progress, 'eval/pass@8': 0.7 }
    recordEvaluation(db, { runId: id, step, dataset: 'builtin:heldout', problems: 256, n: 8, metrics, ...time })
    const folder = `${checkpointsFolder(workspaceOf(db), id)}/checkpoint-${step}`
    if (step > 0) recordCheckpoint(db, { runId: id, step, folder, atMs: time.atMs, bytes: 18_000_000 })
  }
  if (sample.active)
    claimRun(db, id, { pid: process.pid, processStartTime: processStartTime(process.pid), atMs: Date.now() })
  else releaseRun(db, id, { status: 'finished', atMs: atMs + steps * stepMs })
  return id
}

/** One step of a sample run. Deterministic in the run's seed and the step. */
export function sampleStep(runId: string, step: number, sample: SampleRun): RunStepRecord {
  const { prompts = 4, generations = 8, seed = 1, atMs = Date.UTC(2026, 10, 20), steps } = sample
  const uniform = seededUniform(seed * 100_003 + step)
  const skill = 0.4 + (0.45 * step) / Math.max(steps, step)
  const groups = Array.from({ length: prompts }, (_, index) => sampleGroup(uniform, step, index, generations, skill))
  return {
    runId,
    step,
    atMs: atMs + step * stepMs,
    elapsedMs: step * stepMs,
    metrics: sampleMetrics(uniform, groups, step, skill),
    tokenEntropies: sampleTokenEntropies(groups),
    groups,
  }
}

/** One entry per character of the responses, as the sample's tokens are characters. */
function sampleTokenEntropies(groups: readonly GroupRecord[]): TokenEntropies {
  const totals = new Map<string, { character: string; tokenClass: number; count: number; sum: number }>()
  for (const { text, trace } of groups.flatMap((group) => group.rollouts)) {
    const { entropies, flags } = unpackTrace(trace!)
    for (const [index, character] of [...text].entries()) {
      const tokenClass = flags[index]! & traceFlags.reasoning ? 2 : 1
      const key = `${character}${tokenClass}`
      const known = totals.get(key) ?? { character, tokenClass, count: 0, sum: 0 }
      totals.set(key, { ...known, count: known.count + 1, sum: known.sum + entropies[index]! })
    }
  }
  const all = [...totals.values()]
  return {
    ids: Uint32Array.from(all, ({ character }) => character.charCodeAt(0)),
    classes: Uint8Array.from(all, ({ tokenClass }) => tokenClass),
    occurrences: Uint32Array.from(all, ({ count }) => count),
    sums: Float32Array.from(all, ({ sum }) => sum),
    texts: all.map(({ character }) => character),
  }
}

function sampleGroup(
  uniform: () => number,
  step: number,
  index: number,
  generations: number,
  skill: number,
): GroupRecord {
  const left = Math.floor(uniform() * 900) + 100
  const right = Math.floor(uniform() * 900) + 100
  const prompt = `${left} + ${right} =`
  const correct = Array.from({ length: generations }, () => uniform() < skill)
  const mean = correct.filter(Boolean).length / generations
  const deviation = Math.sqrt(mean * (1 - mean))
  return {
    promptId: `sample-${step}-${index}`,
    prompt,
    answer: String(left + right),
    filtered: deviation === 0,
    rollouts: correct.map((isCorrect) =>
      sampleRollout(uniform, [left, right], isCorrect, deviation === 0 ? 0 : (Number(isCorrect) - mean) / deviation),
    ),
  }
}

function sampleRollout(
  uniform: () => number,
  [left, right]: readonly [number, number],
  correct: boolean,
  advantage: number,
): RolloutRecord {
  const answer = left + right + (correct ? 0 : uniform() < 0.5 ? 10 : -1)
  const tens = ((left % 100) - (left % 10) + (right % 100) - (right % 10)) / 10
  const text = `ones: ${left % 10}+${right % 10}=${(left % 10) + (right % 10)}\ntens: ${tens}\n#### ${answer}`
  const truncated = uniform() < 0.03
  const trace = sampleTrace(uniform, text, !truncated)
  return {
    text,
    reward: Number(correct),
    rewardParts: { correct: Number(correct) },
    correct,
    extracted: String(answer),
    reason: correct ? 'equal to the answer' : "not the answer's number",
    advantage,
    tokens: trace.ids.length,
    meanEntropy: trace.entropies.reduce((sum, value) => sum + value, 0) / trace.ids.length,
    finishReason: truncated ? 'length' : 'eos',
    trace: packTrace(trace),
  }
}

/** One token per character and an end token, mostly certain with some uncertain ones, as trained models are. */
function sampleTrace(uniform: () => number, text: string, ended: boolean) {
  const count = text.length + Number(ended)
  const ids = Uint32Array.from({ length: count }, (_, i) => (i < text.length ? text.charCodeAt(i) % 96 : 1))
  const entropies = Float32Array.from(ids, () => (uniform() < 0.2 ? 0.3 + uniform() * 1.5 : uniform() ** 4 * 0.2))
  const rolloutLogprobs = entropies.map((entropy) => -entropy * (0.1 + uniform() * 1.4))
  return {
    ids,
    textLengths: Uint16Array.from({ length: count }, (_, i) => Number(i < text.length)),
    rolloutLogprobs,
    entropies,
    policyLogprobs: rolloutLogprobs.map((value) => Math.min(0, value * (1 + (uniform() - 0.5) * 0.3))),
    referenceLogprobs: rolloutLogprobs.map((value) => Math.min(0, value * (1 + (uniform() - 0.5) * 0.8))),
    flags: Uint8Array.from(
      entropies,
      (entropy) =>
        (entropy > 0.3 ? traceFlags.reasoning : 0) |
        (uniform() < 0.01 ? traceFlags.clippedHigh : 0) |
        (uniform() < 0.01 ? traceFlags.clippedLow : 0),
    ),
  }
}

function sampleMetrics(
  uniform: () => number,
  groups: readonly GroupRecord[],
  step: number,
  skill: number,
): Record<string, number> {
  const rollouts = groups.flatMap((group) => group.rollouts)
  const mean = (value: (rollout: RolloutRecord) => number): number =>
    rollouts.reduce((sum, rollout) => sum + value(rollout), 0) / rollouts.length
  const noise = (scale: number): number => (uniform() - 0.5) * scale
  return {
    reward: mean((rollout) => rollout.reward),
    accuracy: mean((rollout) => Number(rollout.correct)),
    frac_reward_zero_std: groups.filter((group) => group.filtered).length / groups.length,
    entropy: mean((rollout) => rollout.meanEntropy),
    'entropy/reasoning': 1.1 - 0.4 * skill + noise(0.05),
    'entropy/knowledge': 0.05 + noise(0.01),
    kl: 0.002 * Math.sqrt(step) + noise(0.001),
    'kl/reasoning': 0.004 * Math.sqrt(step) + noise(0.001),
    'kl/knowledge': 0.001 * Math.sqrt(step) + noise(0.0005),
    clip_ratio: 0.01 + noise(0.004),
    'clip_ratio/reasoning': 0.02 + noise(0.008),
    'clip_ratio/knowledge': 0.005 + noise(0.002),
    'completions/mean_length': mean((rollout) => rollout.tokens),
    'completions/clipped_ratio': mean((rollout) => Number(rollout.finishReason === 'length')),
    loss: noise(0.02),
    grad_norm: 0.5 + noise(0.3),
    learning_rate: 3e-4 * Math.min(1, step / 5),
    tokens_per_second: 2500 + noise(300),
    'timing_s/step': stepMs / 1000 + noise(0.5),
    'timing_s/generate': 0.4 * (stepMs / 1000) + noise(0.3),
    'timing_s/reference': 0.1 * (stepMs / 1000),
    'timing_s/update': 0.35 * (stepMs / 1000) + noise(0.1),
    'memory/resident': 380 + noise(40),
    'memory/peak': 440,
    'system/trainer_cpu': 1.7 + noise(0.2),
    'system/cpu': 0.8 + noise(0.2),
    'system/memory': 0.55 + noise(0.1),
  }
}
