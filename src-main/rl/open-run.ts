import type { RunConfig } from '../../src-preload/contract/config.ts'
import { loadModelTokenizer } from '../model/open-model.ts'
import { type PolicyWorker, startPolicyWorker } from '../model/policy-client.ts'
import { startVerifyPool, type VerifyPool } from '../tasks/verify/pool.ts'
import type { RunPaths } from '../util/resources.ts'
import { loadCheckpoint, readTrainerState, saveCheckpoint, type TrainerState } from './checkpoint.ts'
import type { LoopRecorder, LoopSources, LoopState } from './loop.ts'
import { bindMethod } from './methods/map.ts'
import { pausingVerify } from './pausing-verify.ts'
import { loadProblems } from './problems.ts'
import type { Problem } from './rollout.ts'
import type { RunHold } from './run-control.ts'
import { ProblemSampler } from './sampler.ts'
import type { PassRecord } from './semantic-entropy-pass.ts'
import { keepReference, openStages, takeReference } from './stages.ts'

export interface OpenRunPaths extends RunPaths {
  /** Folder of the run's checkpoints. */
  readonly checkpoints: string
  /** Folder of the references that later stages of a curriculum began with. */
  readonly references: string
}

export interface RunInputs {
  readonly config: RunConfig
  readonly paths: OpenRunPaths
  readonly control: RunHold
  readonly recorder: LoopRecorder
  /** What is known of the semantic entropy of the training problems; read where the curriculum asks for it. */
  readonly passRecord: () => PassRecord
  /** Checkpoint folder to go on from. */
  readonly resumeFrom: string | undefined
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
 * Opens everything a run needs: the policy in its worker thread with its frozen reference, the problems in the order of
 * the curriculum, the verification pool; and, given a checkpoint folder, the weights, optimizer and position to go on
 * from. Throws StopRequested when the user stops the run while its curriculum is being sampled.
 */
export async function openRun(inputs: RunInputs): Promise<OpenRun> {
  const { config, paths, control } = inputs
  const worker = await startPolicyWorker({
    folder: paths.model,
    device: config.device,
    seed: config.seed,
    ...(config.lora ? { lora: config.lora } : {}),
    gradientCheckpointing: config.update.gradient_checkpointing,
    offloadOptimizer: config.optimizer.offload,
    ...(config.threads ? { threads: config.threads } : {}),
  })
  control.attach(worker)
  const pool = startVerifyPool(config.verifier, { seed: config.seed })
  const close = async (): Promise<void> => {
    await pool.dispose()
    await worker.policy.dispose()
  }
  try {
    return { worker, close, ...(await openWith(inputs, worker, pool)) }
  } catch (error) {
    await close()
    throw error
  }
}

async function openWith(
  { config, paths, control, recorder, passRecord, resumeFrom }: RunInputs,
  { policy }: PolicyWorker,
  pool: VerifyPool,
): Promise<Pick<OpenRun, 'sources' | 'state' | 'save'>> {
  const method = bindMethod(config.method)
  const tokenizer = await loadModelTokenizer({ folder: paths.model })
  const options = { promptTemplate: config.data.prompt_template, maxPromptLength: config.data.max_prompt_length }
  const train = await loadProblems(paths.train, tokenizer, options)
  if (train.tooLong > 0)
    control.note('dataset', `${train.tooLong} training prompts are over the length limit and left out.`)
  const heldOut = paths.heldOut
    ? (await loadProblems(paths.heldOut, tokenizer, { ...options, limit: config.evaluation.limit })).problems
    : []
  const runsOn = await pool.ready()
  if (runsOn !== null) control.note('verifier', runsOn)
  const verify = pausingVerify(pool, control)
  const sources = { config, policy, tokenizer, verify, control, method, heldOut, recorder }
  const stages = await openStages({ ...sources, problems: train.problems, passRecord })
  const resumed = resumeFrom ? await readTrainerState(resumeFrom) : undefined
  if (method.needsReference) await takeReference(policy, config, paths.references, resumed?.stage ?? 0)
  if (resumeFrom) await loadCheckpoint(resumeFrom, policy)
  if (resumed) {
    control.setClock(resumed.elapsed_ms)
    method.memory = resumed.method_memory
  }
  const position = { stage: resumed?.stage ?? 0, cursor: resumed?.data_cursor ?? 0 }
  const sampler = new ProblemSampler<Problem>(stages, config.seed, position)
  return {
    state: loopState(resumed),
    sources: { ...sources, sampler, keepReference: (stage) => keepReference(paths.references, policy, stage) },
    save: (state) =>
      saveCheckpoint(paths.checkpoints, policy, {
        global_step: state.step,
        stage: sampler.stage,
        data_cursor: sampler.cursor,
        num_tokens: state.numTokens,
        evaluated_at: state.evaluatedAt,
        elapsed_ms: control.clockMs(),
        method_memory: method.memory,
      }),
  }
}

function loopState(resumed: TrainerState | undefined): LoopState {
  if (!resumed) return { step: 0, numTokens: 0, evaluatedAt: -1, savedAt: -1 }
  const { global_step, num_tokens, evaluated_at } = resumed
  return { step: global_step, numTokens: num_tokens, evaluatedAt: evaluated_at, savedAt: global_step }
}
