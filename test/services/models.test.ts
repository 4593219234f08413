import { cpSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
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
  return { folder, info: () => modelInfo(db, folder) }
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
