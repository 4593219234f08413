import type { RunConfig } from '../../src-preload/contract/config.ts'
import { type PolicyWorker, startPolicyWorker } from '../model/policy-client.ts'
import { loadTokenizer } from '../model/tokenizer.ts'
import { startVerifyPool } from '../tasks/verify/pool.ts'
import { loadCheckpoint, saveCheckpoint, type TrainerState } from './checkpoint.ts'
import type { LoopRecorder, LoopSources, LoopState } from './loop.ts'
import { bindMethod } from './methods/map.ts'
import { loadProblems } from './problems.ts'
import type { Problem } from './rollout.ts'
import type { RunHold } from './run-control.ts'
import { ProblemSampler } from './sampler.ts'

export interface RunPaths {
  readonly model: string
  readonly train: string
  readonly heldOut: string | null
  /** Folder of the run's checkpoints. */
  readonly checkpoints: string
}

export interface OpenRun {
  readonly sources: LoopSources
  readonly state: LoopState
  readonly worker: PolicyWorker
  /** Writes a checkpoint of the state as it is now. */
  save(state: LoopState): Promise<{ folder: string; bytes: number }>
  close(): Promise<void>
}

/**
 * Opens everything a run needs: the policy in its worker thread with its frozen reference, the problems, the
 * verification pool; and, given a checkpoint folder, the weights, optimizer and position to go on from.
 */
export async function openRun(
  config: RunConfig,
  paths: RunPaths,
  control: RunHold,
  recorder: LoopRecorder,
  resumeFrom?: string,
): Promise<OpenRun> {
  const worker = await startPolicyWorker({
    folder: paths.model,
    gradientCheckpointing: config.update.gradient_checkpointing,
    ...(config.threads ? { threads: config.threads } : {}),
  })
  control.attach(worker)
  try {
    return await openWith(worker, config, paths, control, recorder, resumeFrom)
  } catch (error) {
    await worker.policy.dispose()
    throw error
  }
}

async function openWith(
  worker: PolicyWorker,
  config: RunConfig,
  paths: RunPaths,
  control: RunHold,
  recorder: LoopRecorder,
  resumeFrom: string | undefined,
): Promise<OpenRun> {
  const { policy } = worker
  const method = bindMethod(config.method)
  const tokenizer = await loadTokenizer(paths.model)
  const options = { promptTemplate: config.data.prompt_template, maxPromptLength: config.data.max_prompt_length }
  const train = await loadProblems(paths.train, tokenizer, options)
  if (train.tooLong > 0)
    control.note('dataset', `${train.tooLong} training prompts are over the length limit and left out.`)
  const heldOut = paths.heldOut
    ? (await loadProblems(paths.heldOut, tokenizer, { ...options, limit: config.evaluation.limit })).problems
    : []
  if (method.needsReference) await policy.snapshotReference()
  const resumed = resumeFrom ? await loadCheckpoint(resumeFrom, policy) : undefined
  if (resumed) control.setClock(resumed.elapsed_ms)
  const sampler = new ProblemSampler<Problem>(train.problems, config.seed, resumed?.data_cursor)
  const pool = startVerifyPool(config.verifier)
  const verify: LoopSources['verify'] = (items) => pool.verify(items)
  return {
    worker,
    state: loopState(resumed),
    sources: { config, policy, tokenizer, sampler, verify, control, method, heldOut, recorder },
    save: (state) =>
      saveCheckpoint(paths.checkpoints, policy, {
        global_step: state.step,
        data_cursor: sampler.cursor,
        num_tokens: state.numTokens,
        evaluated_at: state.evaluatedAt,
        elapsed_ms: control.clockMs(),
      }),
    close: async () => {
      await pool.dispose()
      await policy.dispose()
    },
  }
}

function loopState(resumed: TrainerState | undefined): LoopState {
  if (!resumed) return { step: 0, numTokens: 0, evaluatedAt: -1, savedAt: -1 }
  const { global_step, num_tokens, evaluated_at } = resumed
  return { step: global_step, numTokens: num_tokens, evaluatedAt: evaluated_at, savedAt: global_step }
}
