/** Models as other tools want them: whole, in the element type they came in, adapters apart or merged into their base. */
import { resolve } from 'node:path'
import type { CompiledProgram } from '../engine/executor.ts'
import { createOrtExecutor } from '../engine/executors/ort/executor.ts'
import { input, type Program, program } from '../engine/graph.ts'
import { add, mul } from '../engine/ops/elementwise.ts'
import { matmul } from '../engine/ops/matmul.ts'
import { UserError } from '../util/assert.ts'
import { downName, upName } from './adapter.ts'
import { type Elements, saveModelFolder } from './folder.ts'
import type { ModelSource } from './model-source.ts'
import { type OpenedModel, openModel } from './open-model.ts'
import { saveAdapter } from './peft-folder.ts'
import type { TensorSource } from './safetensors.ts'

export interface ExportOptions {
  /** Adds an adapter to its base instead of keeping it apart. */
  readonly merge: boolean
  /** Element type of the written weights; `stored` is that of `origin`. An adapter apart keeps its own. */
  readonly elements: Elements
  /** Folder of the model that training started from; absent: the source's own. */
  readonly origin?: string
}

/**
 * Writes a model folder, or a PEFT folder for an adapter that is not merged, tensor by tensor.
 * @throws UserError when the source is no usable model, or there is no adapter to merge.
 */
export async function exportModel(source: ModelSource, folder: string, options: ExportOptions): Promise<void> {
  const model = await openModel(source)
  if (resolve(folder) === resolve(source.folder))
    throw new UserError(`${folder} is the folder that is exported. Give another one.`)
  const { adapter } = model.config
  if (options.merge && !adapter)
    throw new UserError(`${source.folder} holds whole weights, so there is no adapter to merge. Leave --merge out.`)
  if (options.merge) await saveMerged(model, folder, options.elements)
  else if (adapter) await saveApart(model, folder)
  else {
    const { elements, origin = model.folders.base } = options
    const layout = elements === 'stored' ? origin : model.folders.base
    await saveModelFolder(folder, layout, lazily(model.weights), { elements })
  }
}

const lazily = (tensors: OpenedModel['adapterTensors']): Map<string, TensorSource> =>
  new Map([...tensors].map(([name, { shape, read }]) => [name, { shape, data: read }]))

/** An adapter as it is, in the element types of its own file. */
async function saveApart({ peftConfig, folders, adapterTensors }: OpenedModel, folder: string): Promise<void> {
  const files = { peftConfig: peftConfig!, tokenizerFolder: folders.tokenizer, storedIn: folders.adapter! }
  await saveAdapter(folder, files, lazily(adapterTensors))
}

/** Inputs weight [out, in], down [rank, in], up [out, rank], scale []: weight + scale · up · down. */
function mergeProgram(): Program {
  const down = input('down', ['rank', 'in'])
  const up = input('up', ['out', 'rank'])
  const product = mul(matmul(up, down), input('scale', []))
  return program('merge', { merged: add(input('weight', ['out', 'in']), product) })
}

async function saveMerged(model: OpenedModel, folder: string, elements: Elements): Promise<void> {
  const executor = createOrtExecutor()
  try {
    const merge = await executor.compile(mergeProgram())
    const tensors = lazily(model.weights)
    for (const module of model.config.adapter!.modules.keys()) {
      const { shape } = tensors.get(`${module}.weight`)!
      tensors.set(`${module}.weight`, { shape, data: () => mergedWeight(merge, model, module) })
    }
    const { base, tokenizer } = model.folders
    await saveModelFolder(folder, base, tensors, { elements, tokenizerFolder: tokenizer })
  } finally {
    await executor.dispose()
  }
}

async function mergedWeight(merge: CompiledProgram, model: OpenedModel, module: string): Promise<Float32Array> {
  const { scale } = model.config.adapter!.modules.get(module)!
  const fetched = async ({ shape, read }: { shape: readonly number[]; read(): Promise<Float32Array> }) => ({
    shape,
    data: await read(),
  })
  const { merged } = await merge.run({
    weight: await fetched(model.weights.get(`${module}.weight`)!),
    down: await fetched(model.adapterTensors.get(downName(module))!),
    up: await fetched(model.adapterTensors.get(upName(module))!),
    scale: { shape: [], data: Float32Array.of(scale) },
  })
  return merged!.data as Float32Array
}
