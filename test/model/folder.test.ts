import { readdir, readFile, rm, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { saveModelFolder } from '../../src-main/model/folder.ts'
import { openModel } from '../../src-main/model/open-model.ts'
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

const families = ['qwen2-tied', 'qwen2-untied-bf16-sharded', 'qwen3', 'llama3-rope-scaling-f16', 'mistral']

/** Bytes of every tensor of a folder by name, with the header's metadata. */
async function tensorBytes(folder: string) {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.safetensors'))
  const tensors = new Map<string, { dtype: string; shape: number[]; bytes: Buffer }>()
  const metadata = new Set<string>()
  for (const name of files) {
    const file = await readFile(join(folder, name))
    const start = 8 + Number(file.readBigUInt64LE())
    const { __metadata__, ...entries } = JSON.parse(file.subarray(8, start).toString())
    metadata.add(__metadata__.format)
    for (const [name, { dtype, shape, data_offsets }] of Object.entries<HeaderEntry>(entries)) {
      const [from, to] = data_offsets
      tensors.set(name, { dtype, shape, bytes: file.subarray(start + from, start + to) })
    }
  }
  return { tensors, metadata }
}

interface HeaderEntry {
  readonly dtype: string
  readonly shape: number[]
  readonly data_offsets: [number, number]
}

test.each(families)('%s: a saved folder is the loaded one, bit for bit', async (family) => {
  const source = join('test/fixtures/models', family)
  const { config, weights } = await openModel({ folder: source })
  const folder = join(await temporaryFolder(), 'saved')
  const lazy = [...weights].map(([name, { shape, read }]) => [name, { shape, data: read }] as const)
  for (let time = 0; time < 2; time++) await saveModelFolder(folder, source, new Map(lazy), { elements: 'stored' })
  const [saved, original] = [await tensorBytes(folder), await tensorBytes(source)]
  expect([...saved.metadata]).toEqual(['pt'])
  expect([...saved.tensors.keys()].sort()).toEqual([...original.tensors.keys()].sort())
  for (const [name, { bytes, ...header }] of original.tensors) {
    expect(saved.tensors.get(name), name).toMatchObject(header)
    expect(saved.tensors.get(name)!.bytes.equals(bytes), name).toBe(true)
  }
  expect((await openModel({ folder })).config).toEqual(config)
  for (const file of ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'generation_config.json'])
    expect(await readFile(join(folder, file))).toEqual(await readFile(join(source, file)))
  expect(await readdir(join(folder, '..'))).toEqual(['saved'])
})

test('half precision can be saved as float32, which config.json then says', async () => {
  const source = 'test/fixtures/models/qwen2-untied-bf16-sharded'
  const { config, weights } = await openModel({ folder: source })
  const folder = join(await temporaryFolder(), 'saved')
  const lazy = [...weights].map(([name, { shape, read }]) => [name, { shape, data: read }] as const)
  await saveModelFolder(folder, source, new Map(lazy), { elements: 'float32' })
  const saved = await openModel({ folder })
  expect(saved.config.raw).toEqual({ ...config.raw, dtype: 'float32' })
  expect(saved.weights.get(norm)!.dtype).toBe('F32')
  expect(await saved.weights.get(norm)!.read()).toEqual(await weights.get(norm)!.read())
})

test('rotary frequencies stored as a tensor, as old files have them, are left alone', async () => {
  const name = 'model.layers.0.self_attn.rotary_emb.inv_freq'
  const folder = await withWeights((tensors) => tensors.set(name, { shape: [6], data: new Float32Array(6) }))
  expect((await openModel({ folder })).weights.has(name)).toBe(false)
})

test('a missing tensor is named', async () => {
  const folder = await withWeights((tensors) => tensors.delete(norm))
  await expect(openModel({ folder })).rejects.toThrow(/no tensor "model\.norm\.weight".*shape \[48\]/)
})

test('a surplus tensor is named', async () => {
  const folder = await withWeights((tensors) => tensors.set('extra', { shape: [1], data: Float32Array.of(1) }))
  await expect(openModel({ folder })).rejects.toThrow(/tensor "extra" that the config has no place for/)
})

test('a tensor of the wrong shape is named', async () => {
  const folder = await withWeights((tensors) => tensors.set(norm, { shape: [47], data: new Float32Array(47) }))
  await expect(openModel({ folder })).rejects.toThrow(/"model\.norm\.weight" has shape \[47\].*calls for \[48\]/)
})

test('a truncated file is named', async () => {
  const folder = await modelCopy('qwen2-tied', {})
  await truncate(join(folder, 'model.safetensors'), 200_000)
  await expect(openModel({ folder })).rejects.toThrow(/model\.safetensors: tensor ".*" lies at bytes .*truncated/)
})

test('a folder without weights is named', async () => {
  const folder = await modelCopy('qwen2-tied', {})
  await rm(join(folder, 'model.safetensors'))
  await expect(openModel({ folder })).rejects.toThrow(/model\.safetensors cannot be opened/)
})

test('an index that leads out of the folder is refused', async () => {
  const folder = await modelCopy('qwen2-tied', {
    'model.safetensors.index.json': JSON.stringify({ weight_map: { [norm]: '../other.safetensors' } }),
  })
  await rm(join(folder, 'model.safetensors'))
  await expect(openModel({ folder })).rejects.toThrow(/names the shard "\.\.\/other\.safetensors"/)
})
