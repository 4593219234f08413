/** Records steps of a run until it is killed: `node step-writer.ts WORKSPACE RUN`. Prints each step it has recorded. */
import { openStore } from '../../src-main/store/open.ts'
import { claimRun } from '../../src-main/store/ownership.ts'
import { runSummary } from '../../src-main/store/runs.ts'
import { recordStep } from '../../src-main/store/steps.ts'
import { processStartTime } from '../../src-main/util/process.ts'
import { sampleStep } from './sample-run.ts'

const [workspace = '', runId = ''] = process.argv.slice(2)
const db = openStore(workspace, 'write')
claimRun(db, runId, { pid: process.pid, processStartTime: processStartTime(process.pid), atMs: Date.now() })
for (let step = runSummary(db, runId).step + 1; ; step++) {
  recordStep(db, sampleStep(runId, step, { steps: 1000, prompts: 16 }))
  process.stdout.write(`${step}\n`)
}
