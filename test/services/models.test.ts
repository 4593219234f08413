import { cpSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { checkConfig } from '../../src-main/services/check-config.ts'
import { modelInfo } from '../../src-main/services/models.ts'
import { openStore } from '../../src-main/store/open.ts'
import { temporaryFolder } from '../helpers/workspace.ts'

const fixtures = join(import.meta.dirname, '../fixtures/models')

function startModel(name: string) {
  const workspace = temporaryFolder()
  const folder = join(workspace, 'model')
  cpSync(join(fixtures, name), folder, { recursive: true })
  const db = openStore(workspace, 'write')
  onTestFinished(() => void db.close())
  return { db, folder, info: () => modelInfo(db, folder) }
}

test.each(['qwen2-tied', 'qwen2-untied-bf16-sharded'])('%s: architecture, parameters, bytes', async (name) => {
  const { info } = startModel(name)
  const first = await info()
  expect(first.architecture).toBe('Qwen2ForCausalLM')
  expect(first.parameters).toBeGreaterThan(50_000)
  expect(first.bytes / first.parameters).toBeGreaterThan(name.includes('bf16') ? 2 : 4)
  expect(first.bytes / first.parameters).toBeLessThan(name.includes('bf16') ? 2.3 : 4.3)
  expect(await info()).toEqual(first)
})

test('a file cut short, a missing part and a folder without config are sentences', async () => {
  const cut = startModel('qwen2-tied')
  truncateSync(join(cut.folder, 'model.safetensors'), 100)
  await expect(cut.info()).rejects.toThrow('model.safetensors is no safetensors file, or cut short.')
  truncateSync(join(cut.folder, 'model.safetensors'), 3)
  await expect(cut.info()).rejects.toThrow('cut short')
  const parts = startModel('qwen2-untied-bf16-sharded')
  writeFileSync(join(parts.folder, 'model.safetensors.index.json'), '{"weight_map":{"a":"../x.safetensors"}}')
  await expect(parts.info()).rejects.toThrow(/The weights .*model\/x\.safetensors are missing/)
  const bare = startModel('qwen2-tied')
  writeFileSync(join(bare.folder, 'config.json'), '{}')
  await expect(bare.info()).rejects.toThrow('names no architectures')
})

test('an adapter counts with its base', async () => {
  const { db, folder, info } = startModel('qwen2-tied')
  const adapter = await modelInfo(db, join(folder, 'lora'))
  expect(adapter).toMatchObject({ name: 'lora', architecture: 'Qwen2ForCausalLM' })
  // Rank 8 on two layers: q, k, v, o of 48 × 48, 48 × 24, 48 × 24, 48 × 48 and three of 48 × 112.
  const perRank = 96 + 72 + 72 + 96 + 3 * 160
  expect(adapter.parameters - (await info()).parameters).toBe(2 * 8 * perRank)
})

test('a model that no run could train is an issue of the field that asks for it', async () => {
  const { db, folder } = startModel('qwen2-tied')
  const issues = async (config: object) =>
    (await checkConfig(db, config)).issues.map(({ path, message }) => `${path}: ${message}`)
  expect(await issues({ model: folder, lora: {} })).toEqual([])
  expect(await issues({ model: join(folder, 'lora') })).toEqual([])
  expect(await issues({ model: folder, lora: { target_modules: ['lm_head'] } })).toEqual([
    expect.stringMatching(/^lora: .*"lm_head".*no linear module/),
  ])
  expect(await issues({ model: join(folder, 'lora'), lora: {} })).toEqual([
    expect.stringMatching(/^lora: .*brings its own/),
  ])
  const curriculum = { order: 'semantic_entropy', refresh_reference: true }
  expect(await issues({ model: join(folder, 'lora'), curriculum })).toEqual([
    expect.stringMatching(/^curriculum\.refresh_reference: .*the reference is the base model/),
  ])
  const config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'))
  const other = { ...config, model_type: 'gemma3', architectures: ['Gemma3ForCausalLM'] }
  writeFileSync(join(folder, 'config.json'), JSON.stringify(other))
  expect(await issues({ model: folder })).toEqual([expect.stringMatching(/^model: .*Gemma3ForCausalLM.*not supported/)])
})
