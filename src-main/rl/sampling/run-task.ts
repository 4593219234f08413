import type { SampleBlock } from '../../../src-preload/contract/sample.ts'
import { namesOf, type SamplerTask } from '../../../src-preload/contract/sampler.ts'
import { dryRun } from './dry-run.ts'
import type { LoadedModels } from './loaded-models.ts'
import { sentenceOf } from './run-lane.ts'
import { SampleFeed } from './sample-feed.ts'
import { sampleTask } from './sample-task.ts'
import { scoreTask } from './score-task.ts'

function workOf(task: SamplerTask, models: LoadedModels, feed: SampleFeed, signal: AbortSignal): Promise<void> {
  if (task.kind === 'sample') return sampleTask(task, models, feed, signal)
  if (task.kind === 'score') return scoreTask(task, models, feed, signal)
  return dryRun(task.config, models, feed, signal)
}

/** Works on a task until its end, and sends what comes of it; failures are told in its lanes. */
export async function runTask(
  task: SamplerTask,
  models: LoadedModels,
  send: (block: SampleBlock) => void,
  signal: AbortSignal,
): Promise<void> {
  const names = namesOf(task)
  const feed = new SampleFeed(names, send)
  try {
    await workOf(task, models, feed, signal)
  } catch (error) {
    for (const lane of names.keys()) feed.lane(lane, { state: 'failed', message: sentenceOf(error) })
  }
  feed.end()
}
