import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Policy } from '../model/policy.ts'
import { UserError } from '../util/assert.ts'

/** Everything beside weights and optimizer that the next step depends on; randomness is counter-based and needs none. */
const trainerStateSchema = z.object({
  global_step: z.int().min(0),
  /** Stage of the curriculum, from 0. */
  stage: z.int().min(0).default(0),
  /** Problems drawn so far in the stage. */
  data_cursor: z.int().min(0),
  num_tokens: z.int().min(0),
  /** Step of the last evaluation, -1 before the first. */
  evaluated_at: z.int().min(-1),
  /** Training time so far, milliseconds. */
  elapsed_ms: z.number().min(0),
  /** What the method keeps from one rollout batch to the next. */
  method_memory: z.record(z.string(), z.number()).default({}),
})
export type TrainerState = z.infer<typeof trainerStateSchema>

const folderOf = (checkpoints: string, step: number): string => join(checkpoints, `checkpoint-${step}`)

/**
 * Writes `checkpoint-N`: a Hugging Face folder plus `optimizer.safetensors` and `trainer_state.json`, first under a
 * temporary name, so that a folder with the final name is whole. Returns the folder and its size in bytes.
 */
export async function saveCheckpoint(
  checkpoints: string,
  policy: Policy,
  state: TrainerState,
): Promise<{ folder: string; bytes: number }> {
  const folder = folderOf(checkpoints, state.global_step)
  const partial = `${folder}.partial`
  await rm(partial, { recursive: true, force: true })
  await mkdir(checkpoints, { recursive: true })
  await policy.save(partial)
  await policy.saveOptimizer(partial)
  await writeFile(join(partial, 'trainer_state.json'), `${JSON.stringify(state, null, 2)}\n`)
  await rm(folder, { recursive: true, force: true })
  await rename(partial, folder)
  return { folder, bytes: await folderBytes(folder) }
}

/** Loads weights and optimizer of a checkpoint folder. */
export async function loadCheckpoint(folder: string, policy: Policy): Promise<void> {
  await policy.loadWeights(folder)
  await policy.loadOptimizer(folder)
}

/** Steps of the whole checkpoints of a run, in no order; none where the folder is missing. */
async function checkpointSteps(checkpoints: string): Promise<number[]> {
  const names = await readdir(checkpoints).catch(() => [])
  return names.flatMap((name) => /^checkpoint-(\d+)$/.exec(name)?.[1] ?? []).map(Number)
}

/** The newest whole checkpoint of a run, or none. A leftover partial folder does not count. */
export async function latestCheckpoint(checkpoints: string): Promise<{ folder: string; step: number } | undefined> {
  const steps = await checkpointSteps(checkpoints)
  if (steps.length === 0) return undefined
  const step = Math.max(...steps)
  return { folder: folderOf(checkpoints, step), step }
}

/** Removes all but the newest `keep` checkpoints; returns the removed steps. */
export async function pruneCheckpoints(checkpoints: string, keep: number): Promise<number[]> {
  const steps = await checkpointSteps(checkpoints)
  const old = steps.sort((a, b) => b - a).slice(keep)
  for (const step of old) await rm(folderOf(checkpoints, step), { recursive: true, force: true })
  return old
}

/** The position of a checkpoint folder. Throws UserError when the folder is none. */
export async function readTrainerState(folder: string): Promise<TrainerState> {
  const path = join(folder, 'trainer_state.json')
  const text = await readFile(path, 'utf8').catch(() => {
    throw new UserError(`${path} cannot be read, so this folder is no checkpoint to resume from. Use an older one.`)
  })
  const state = trainerStateSchema.parse(JSON.parse(text))
  if (!folder.endsWith(`checkpoint-${state.global_step}`))
    throw new UserError(
      `${folder} says it holds step ${state.global_step}, which its name denies. Use an older checkpoint.`,
    )
  return state
}

async function folderBytes(folder: string): Promise<number> {
  const names = await readdir(folder)
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}
