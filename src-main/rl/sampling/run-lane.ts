import type { DeviceId } from '../../../src-preload/contract/device.ts'
import type { FoundModel } from '../../../src-preload/contract/sampler.ts'
import { UserError } from '../../util/assert.ts'
import { StopRequested } from '../control.ts'
import type { LoadedModel, LoadedModels, ModelUse } from './loaded-models.ts'
import type { SampleFeed } from './sample-feed.ts'

interface LaneWork {
  readonly models: LoadedModels
  readonly feed: SampleFeed
  readonly lane: number
  readonly signal: AbortSignal
  readonly model: FoundModel
  readonly device?: DeviceId
  /** What of the source is not its folder. */
  readonly source?: Omit<ModelUse['source'], 'folder'>
}

/** Runs a lane's work on its model; whatever happens is told in the lane, so that the others go on. */
export async function runLane(
  { models, feed, lane, signal, model, device, source }: LaneWork,
  work: (loaded: LoadedModel) => Promise<void>,
): Promise<void> {
  if (model.folder === null) return feed.lane(lane, { state: 'failed', message: model.message })
  feed.lane(lane, { state: 'loading' })
  try {
    const use: ModelUse = {
      source: { ...source, folder: model.folder, ...(device ? { device } : {}) },
      signal,
      onProgress: (loaded) => feed.lane(lane, { loaded }),
    }
    await models.use(use, (loaded) => {
      feed.lane(lane, { state: 'running', loaded: 1, tokenizer: loaded.tokenizer.digest() })
      return work(loaded)
    })
    feed.lane(lane, { state: 'done' })
  } catch (error) {
    if (error instanceof StopRequested) return feed.lane(lane, { state: 'stopped' })
    if (!(error instanceof UserError)) console.error(error)
    feed.lane(lane, { state: 'failed', message: sentenceOf(error) })
  }
}

export function sentenceOf(error: unknown): string {
  if (error instanceof UserError) return error.message
  const reason = error instanceof Error ? error.message : String(error)
  return `This failed inside Quiver: ${reason.replace(/[.]?$/, '.')} Try another model or setting; nothing stored is touched.`
}
