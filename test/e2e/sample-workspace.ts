import { openStore } from '../../src-main/store/open.ts'
import type { WriteDb } from '../../src-main/store/sql.ts'
import { writeSampleRun } from '../helpers/sample-run.ts'

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
  return { db, archer, grpo, short }
}
