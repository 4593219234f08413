import { afterAll } from 'vitest'
import { openStore } from '../../src-main/store/open.ts'
import { ensurePass, passRecordOf } from '../../src-main/store/semantic-entropy.ts'
import type { WriteDb } from '../../src-main/store/sql.ts'
import { runConfigSchema } from '../../src-preload/contract/config.ts'
import { passSettings } from '../../src-preload/contract/curriculum.ts'
import { writeSampleRun } from '../helpers/sample-run.ts'
import { newWorkspace, openStage, type Stage } from './browser.ts'

export interface SampleWorkspace {
  readonly db: WriteDb
  readonly archer: string
  readonly grpo: string
  readonly short: string
}

/** Three finished runs of plausible numbers: two to compare, and one with a hostile name and few steps. */
export function fillWorkspace(workspace: string): SampleWorkspace {
  const db = openStore(workspace, 'write')
  const atMs = Date.now() - 3_600_000
  const archer = writeSampleRun(db, {
    config: { name: 'archer-arithmetic', tags: ['builtin'] },
    steps: 60,
    atMs: atMs + 1000,
  })
  const grpo = writeSampleRun(db, {
    config: { name: 'grpo-arithmetic', method: { name: 'grpo' }, optimizer: { learning_rate: 1e-4 } },
    steps: 60,
    seed: 2,
    atMs,
  })
  const short = writeSampleRun(db, {
    config: { name: '<img src=x onerror=alert(1)> a name that goes on for much longer than any column is wide' },
    steps: 2,
    seed: 3,
    atMs: atMs - 1000,
  })
  writeSamplePass(db)
  return { db, archer, grpo, short }
}

/** A finished pass over forty prompts, from agreement to chance. */
function writeSamplePass(db: WriteDb): void {
  const settings = passSettings(runConfigSchema.parse({}))
  const record = passRecordOf(db, ensurePass(db, settings, Date.now()))
  const prompts = 40
  record.begin(prompts)
  record.add(
    Array.from({ length: prompts }, (_, position) => {
      const wrong = position % 8
      return {
        position,
        promptId: `train-${position}`,
        prompt: `${10 + position}+${50 + position}=?\n`,
        entropy: (wrong / 7) * Math.log(settings.num_samples),
        accuracy: 1 - wrong / 8,
        clusters: [
          { answer: String(60 + 2 * position), count: 8 - wrong, correct: true },
          ...(wrong === 0 ? [] : [{ answer: wrong === 7 ? null : '7', count: wrong, correct: false }]),
        ],
      }
    }),
  )
}

/** A stage on the sample runs for all tests of a file; closed after the last. Call it outside of tests. */
export async function openSample(): Promise<{ readonly stage: Stage; readonly sample: SampleWorkspace }> {
  const workspace = newWorkspace()
  const sample = fillWorkspace(workspace)
  const stage = await openStage(workspace)
  afterAll(async () => {
    sample.db.close()
    await stage.close()
  })
  return { stage, sample }
}
