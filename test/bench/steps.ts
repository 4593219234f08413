/** Whole training steps: the real trainer process, from prompts to the recorded step. */
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { metricSeries } from '../../src-main/store/metrics.ts'
import { openStore } from '../../src-main/store/open.ts'
import { createRun } from '../../src-main/store/runs.ts'
import { appFolder } from '../../src-main/util/resources.ts'
import { runConfigSchema } from '../../src-preload/contract/config.ts'
import type { Measurement } from './measure.ts'

const measuredSteps = 6

/** The shipped Archer setting: 16 prompts × 8 responses, two passes in mini-batches of 8 prompts, KL to the reference. */
const configOf = (model: string, threads: number, prompts: number) =>
  runConfigSchema.parse({
    name: 'bench',
    steps: measuredSteps,
    model,
    threads,
    rollout: { prompts_per_step: prompts, max_completion_length: 64 },
    update: { mini_batch_prompts: prompts / 2 },
    checkpoint: { every: 0 },
  })

/** Seconds and response tokens of the quickest step after the first, and how that compares with the product rate. */
export async function measureSteps(
  folder: string,
  threads: number,
  prompts: number,
  { weights, productFlops }: { readonly weights: number; readonly productFlops: number },
): Promise<Measurement & { readonly stepsPerSecond: number }> {
  const workspace = await mkdtemp(join(tmpdir(), 'quiver-bench-steps-'))
  const db = openStore(workspace, 'write')
  try {
    createRun(db, { id: 'bench', config: configOf(folder, threads, prompts), atMs: Date.now() })
    const words = [join(appFolder, 'src-main', 'trainer.ts'), '--data', workspace, '--run', 'bench']
    const trainer = spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'inherit'] })
    const code = await new Promise((resolve) => trainer.once('exit', resolve))
    if (code !== 0) throw new Error(`The trainer of the bench ended with code ${code}.`)
    const { values } = metricSeries(db, { id: 'bench', afterStep: 1 })
    const seconds = values['timing_s/step'] as number[]
    const quickest = seconds.indexOf(Math.min(...seconds))
    const stepSeconds = seconds[quickest]!
    const tokens = values.tokens_per_second![quickest]! * stepSeconds
    // Sampling 2, reference 2, and two passes of 6 floating-point operations per weight and response token.
    const flops = tokens * weights * (2 + 2 + 2 * 6)
    return {
      what: 'whole step',
      tokensPerSecond: tokens / stepSeconds,
      modelFlops: flops / stepSeconds,
      productFlops,
      stepsPerSecond: 1 / stepSeconds,
    }
  } finally {
    db.close()
    await rm(workspace, { recursive: true, force: true })
  }
}
