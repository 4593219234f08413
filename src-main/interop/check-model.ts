import { describeModel, type ModelSource } from '../model/model-source.ts'

/** Throws a UserError when a run could not work on this model: architecture, adapter, or the two together. */
export async function requireUsableModel(source: ModelSource): Promise<void> {
  await describeModel(source)
}
