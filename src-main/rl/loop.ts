/**
 * The training loop: sample, verify, advantage, update, record, maybe evaluate, maybe save.
 * Everything a step depends on is a function of (config, seed, step) and `LoopState`, so a run that resumes from a
 * checkpoint repeats the uninterrupted one token for token.
 */
import type { StepRecord } from '../../src-preload/contract/record.ts'
import type { Verdict, VerifyItem } from '../tasks/verify/verdict.ts'
import { assignAdvantages } from './advantage.ts'
import type { RunControl } from './control.ts'
import { enterDueStage, type StageSources } from './curriculum.ts'
import { evaluate } from './evaluate.ts'
import { advantageOptions } from './methods/map.ts'
import { stepRecord } from './record.ts'
import { referencePass } from './reference.ts'
import { type Problem, type RolloutSources, sampleBatch } from './rollout.ts'
import { rolloutMetrics } from './rollout-metrics.ts'
import { tokenEntropies } from './token-entropies.ts'
import { type UpdateSources, updatePolicy } from './update.ts'

export interface LoopSources extends RolloutSources, UpdateSources, StageSources {
  readonly heldOut: readonly Problem[]
  readonly verify: (items: readonly VerifyItem[]) => Promise<Verdict[]>
  readonly recorder: LoopRecorder
}

/** Where results go. */
export interface LoopRecorder {
  step(record: StepRecord): void
  evaluation(step: number, metrics: Readonly<Record<string, number>>): void
  checkpoint(state: LoopState): Promise<void>
}

export interface LoopState {
  /** Steps done. */
  step: number
  /** Response tokens sampled so far. */
  numTokens: number
  /** Steps at which the last evaluation and the last checkpoint happened; -1 before the first. */
  evaluatedAt: number
  savedAt: number
  /** How long storing the last step took; absent at the start of a process. */
  recordMs?: number
}

/** Runs from `state.step` to the end. Throws StopRequested, with every step whole, when the user stops the run. */
export async function runLoop(sources: LoopSources, state: LoopState): Promise<void> {
  const { config } = sources
  const ends = (step: number): boolean => step === config.steps
  for (;;) {
    if (state.step === 0 || ends(state.step) || due(config.evaluation.every, state.step))
      await evaluateStep(sources, state)
    if (ends(state.step) || due(config.checkpoint.every, state.step)) await saveStep(sources, state)
    if (state.step >= config.steps) return
    await trainStep(sources, state)
  }
}

/** Writes a checkpoint of the state, unless there is one. */
export async function saveStep({ control, recorder }: LoopSources, state: LoopState): Promise<void> {
  if (state.savedAt === state.step) return
  await control.proceed('checkpoint', 0)
  await recorder.checkpoint(state)
  state.savedAt = state.step
}

const due = (every: number, step: number): boolean => every > 0 && step > 0 && step % every === 0

async function trainStep(sources: LoopSources, state: LoopState): Promise<void> {
  const { config, control, recorder, sampler } = sources
  const step = state.step + 1
  await enterDueStage(sources, step)
  const started = control.clockMs()
  const cursor = sampler.cursor
  const batch = await sampleBatch(sources, step).catch((error: unknown) => {
    sampler.cursor = cursor
    throw error
  })
  assignAdvantages(batch.groups, advantageOptions(config.method.name, config.reward))
  const referenceMs = await timed(control, () => referencePass(sources, batch.groups))
  let updateMetrics: Record<string, number> = {}
  const updateMs = await timed(control, async () => {
    updateMetrics = await updatePolicy(sources, batch.groups, step)
  })
  await control.proceed('record', 0)
  const tokens = batch.groups.reduce((sum, { rollouts }) => sum + rollouts.reduce((n, { ids }) => n + ids.length, 0), 0)
  const seconds = (control.clockMs() - started) / 1000
  state.step = step
  state.numTokens += tokens
  const metrics = {
    ...rolloutMetrics(batch),
    ...(sampler.stages > 1 ? { 'curriculum/stage': sampler.stage + 1 } : {}),
    ...updateMetrics,
    num_tokens: state.numTokens,
    tokens_per_second: tokens / seconds,
    'timing_s/step': seconds,
    'timing_s/generate': batch.generateMs / 1000,
    'timing_s/verify': batch.verifyMs / 1000,
    'timing_s/reference': referenceMs / 1000,
    'timing_s/update': updateMs / 1000,
    ...(state.recordMs === undefined ? {} : { 'timing_s/record': state.recordMs / 1000 }),
  }
  const recording = control.clockMs()
  recorder.step({
    ...stepRecord(config, step, batch, metrics),
    tokenEntropies: tokenEntropies(batch.groups, sources.tokenizer),
  })
  state.recordMs = control.clockMs() - recording
}

async function evaluateStep(sources: LoopSources, state: LoopState): Promise<void> {
  const { config, heldOut, control } = sources
  if (heldOut.length === 0 || state.evaluatedAt === state.step) return
  await control.proceedOrStop('evaluate', 0)
  const { temperature, n, k } = config.evaluation
  const { top_p, top_k, max_completion_length, stop } = config.rollout
  const metrics = await evaluate({
    ...sources,
    problems: heldOut,
    n,
    k,
    temperature,
    topP: top_p,
    topK: top_k,
    maxTokens: max_completion_length,
    stop,
    seed: config.seed,
    progress: (done) => control.proceed('evaluate', done),
  })
  sources.recorder.evaluation(state.step, metrics)
  state.evaluatedAt = state.step
}

async function timed(control: RunControl, work: () => Promise<void>): Promise<number> {
  const started = control.clockMs()
  await work()
  return control.clockMs() - started
}
