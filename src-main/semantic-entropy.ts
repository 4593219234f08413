/**
 * The process that works on a semantic-entropy pass: `node src-main/semantic-entropy.ts --data WORKSPACE --pass ID
 * [--threads N]`. It outlives whoever started it, stops after a batch when it is asked to through the store or by a
 * signal, and goes on with what is there.
 */
import { parseArgs } from 'node:util'
import type { PassSettings } from '../src-preload/contract/curriculum.ts'
import { startPolicyWorker } from './model/policy-client.ts'
import { loadTokenizer } from './model/tokenizer.ts'
import { StopRequested } from './rl/control.ts'
import { loadProblems } from './rl/problems.ts'
import { semanticEntropyPass } from './rl/semantic-entropy-pass.ts'
import { openStore } from './store/open.ts'
import { claimPass, passRecordOf, passSummary, releasePass, stopRequested } from './store/semantic-entropy.ts'
import { startVerifyPool } from './tasks/verify/pool.ts'
import { UserError } from './util/assert.ts'
import { processStartTime } from './util/process.ts'
import { resolveDataset, resolveModel } from './util/resources.ts'

const { values } = parseArgs({
  options: { data: { type: 'string' }, pass: { type: 'string' }, threads: { type: 'string' } },
})
if (!values.data || !values.pass) throw new Error('semantic-entropy.ts needs --data WORKSPACE and --pass ID.')
const { pass } = values
const db = openStore(values.data, 'write')
let stopping = false
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => (stopping = true))

claimPass(db, pass, { pid: process.pid, startTime: processStartTime(process.pid) })
const message = await work(passSummary(db, pass).settings, values.threads).then(
  () => null,
  (error: unknown) => {
    if (error instanceof StopRequested) return null
    console.error(error)
    process.exitCode = 1
    return error instanceof UserError ? error.message : `The pass failed: ${error}`
  },
)
releasePass(db, pass, message)
db.close()

async function work(settings: PassSettings, threads: string | undefined): Promise<void> {
  const folder = resolveModel(settings.model)
  const { policy } = await startPolicyWorker({ folder, ...(threads ? { threads: Number(threads) } : {}) })
  const pool = startVerifyPool(settings.verifier)
  try {
    await pool.ready()
    const tokenizer = await loadTokenizer(folder)
    const { problems } = await loadProblems(resolveDataset(settings.dataset), tokenizer, {
      promptTemplate: settings.prompt_template,
      maxPromptLength: settings.max_prompt_length,
    })
    await semanticEntropyPass({
      policy,
      tokenizer,
      problems,
      settings,
      verify: (items) => pool.verify(items),
      record: passRecordOf(db, pass),
      proceed: async () => {
        if (stopping || stopRequested(db, pass)) throw new StopRequested()
      },
    })
  } finally {
    await pool.dispose()
    await policy.dispose()
  }
}
