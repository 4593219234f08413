import { readdir, readFile, rm, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadModelFolder, saveModelFolder } from '../../src-main/model/folder.ts'
import { readSafetensors, writeSafetensors } from '../../src-main/model/safetensors.ts'
import { modelCopy, temporaryFolder } from './model-copy.ts'

type Tensors = Map<string, { shape: readonly number[]; data: Float32Array }>

/** A copy of the fixture with its tensors changed. */
async function withWeights(change: (tensors: Tensors) => unknown): Promise<string> {
  const folder = await modelCopy('qwen2-tied', {})
  const path = join(folder, 'model.safetensors')
  const tensors: Tensors = await readSafetensors(path)
  change(tensors)
  await writeSafetensors(path, tensors)
  return folder
}

const norm = 'model.norm.weight'

test('a saved folder is the loaded one', async () => {
  const source = 'test/fixtures/models/qwen2-tied'
  const original = await loadModelFolder(source)
  const folder = join(await temporaryFolder(), 'saved')
  await saveModelFolder(folder, source, original.weights)
  await saveModelFolder(folder, source, original.weights)
  const saved = await loadModelFolder(folder)
  expect(saved.weights).toEqual(original.weights)
  expect(saved.config).toEqual(original.config)
  for (const file of ['tokenizer.json', 'tokenizer_config.json', 'generation_config.json'])
    expect(await readFile(join(folder, file))).toEqual(await readFile(join(source, file)))
  expect(await readdir(join(folder, '..'))).toEqual(['saved'])
})

test('shards and half precision are read, and saved as one float32 file', async () => {
  const source = 'test/fixtures/models/qwen2-untied-bf16-sharded'
  const { weights } = await loadModelFolder(source)
  expect(weights.get('lm_head.weight')).toMatchObject({ dtype: 'BF16', shape: [512, 48] })
  const folder = join(await temporaryFolder(), 'saved')
  await saveModelFolder(folder, source, weights)
  const saved = await loadModelFolder(folder)
  expect(saved.config.raw.dtype).toBe('float32')
  expect(saved.weights.get(norm)!.data).toEqual(weights.get(norm)!.data)
})

test('a missing tensor is named', async () => {
  const folder = await withWeights((tensors) => tensors.delete(norm))
  await expect(loadModelFolder(folder)).rejects.toThrow(/no tensor "model\.norm\.weight".*shape \[48\]/)
})

test('a surplus tensor is named', async () => {
  const folder = await withWeights((tensors) => tensors.set('extra', { shape: [1], data: Float32Array.of(1) }))
  await expect(loadModelFolder(folder)).rejects.toThrow(/tensor "extra" that config\.json has no place for/)
})

test('a tensor of the wrong shape is named', async () => {
  const folder = await withWeights((tensors) => tensors.set(norm, { shape: [47], data: new Float32Array(47) }))
  await expect(loadModelFolder(folder)).rejects.toThrow(/"model\.norm\.weight" has shape \[47\].*calls for \[48\]/)
})

test('a truncated file is named', async () => {
  const folder = await modelCopy('qwen2-tied', {})
  await truncate(join(folder, 'model.safetensors'), 200_000)
  await expect(loadModelFolder(folder)).rejects.toThrow(/model\.safetensors: tensor ".*" lies at bytes .*truncated/)
})

test('a folder without weights is named', async () => {
  const folder = await modelCopy('qwen2-tied', {})
  await rm(join(folder, 'model.safetensors'))
  await expect(loadModelFolder(folder)).rejects.toThrow(/model\.safetensors cannot be opened/)
})

test('an index that leads out of the folder is refused', async () => {
  const folder = await modelCopy('qwen2-tied', {
    'model.safetensors.index.json': JSON.stringify({ weight_map: { [norm]: '../other.safetensors' } }),
  })
  await rm(join(folder, 'model.safetensors'))
  await expect(loadModelFolder(folder)).rejects.toThrow(/names the shard "\.\.\/other\.safetensors"/)
})
