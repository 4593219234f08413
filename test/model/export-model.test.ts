import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createPolicy } from '../../src-main/model/create-policy.ts'
import { exportModel } from '../../src-main/model/export-model.ts'
import { readSafetensors } from '../../src-main/model/safetensors.ts'
import { modelCopy, temporaryFolder } from './model-copy.ts'

const base = 'test/fixtures/models/qwen2-tied'
const adapter = join(base, 'lora')
const rows = {
  tokens: Int32Array.of(5, 9, 200, 17, 4, 300, 2, 7),
  promptLengths: Int32Array.of(2),
  responseLengths: Int32Array.of(6),
}

async function score(folder: string) {
  const policy = await createPolicy({ folder, threads: 1 })
  onTestFinished(() => policy.dispose())
  return policy.score(rows, 1, 'policy')
}

const outFolder = async () => join(await temporaryFolder(), 'out')

test('a merged adapter computes what base and adapter compute; the rest of the base is as it was', async () => {
  const folder = await outFolder()
  await exportModel({ folder: adapter }, folder, { merge: true, elements: 'stored' })
  const [merged, apart, plain] = [await score(folder), await score(adapter), await score(base)]
  for (const name of ['logprobs', 'entropies'] as const) {
    const distance = (other: Float32Array) => Math.max(...merged[name].map((x, i) => Math.abs(x - other[i]!)))
    expect(distance(apart[name])).toBeLessThan(1e-5)
    expect(distance(plain[name])).toBeGreaterThan(1e-4)
  }
  const [after, before] = await Promise.all(
    [folder, base].map((path) => readSafetensors(join(path, 'model.safetensors'))),
  )
  expect([...after!.keys()].sort()).toEqual([...before!.keys()].sort())
  for (const [name, { data }] of before!)
    expect(String(after!.get(name)!.data) === String(data), name).toBe(!name.includes('_proj.weight'))
  expect(await readFile(join(folder, 'config.json'))).toEqual(await readFile(join(base, 'config.json')))
})

test('an adapter apart keeps its bytes', async () => {
  const folder = await outFolder()
  await exportModel({ folder: adapter }, folder, { merge: false, elements: 'stored' })
  const file = 'adapter_model.safetensors'
  expect(await readSafetensors(join(folder, file))).toEqual(await readSafetensors(join(adapter, file)))
  expect(await score(folder)).toEqual(await score(adapter))
})

test('a float32 checkpoint goes back to the element type of the model it started from', async () => {
  const origin = 'test/fixtures/models/qwen2-untied-bf16-sharded'
  const checkpoint = await outFolder()
  const policy = await createPolicy({ folder: origin, threads: 1 })
  onTestFinished(() => policy.dispose())
  await policy.save(checkpoint)
  const folder = await outFolder()
  await exportModel({ folder: checkpoint }, folder, { merge: false, elements: 'stored', origin })
  const written = await readSafetensors(join(folder, 'model.safetensors'))
  expect(new Set([...written.values()].map(({ dtype }) => dtype))).toEqual(new Set(['BF16']))
  expect(await score(folder)).toEqual(await score(origin))
  expect(await readFile(join(folder, 'config.json'))).toEqual(await readFile(join(origin, 'config.json')))
})

test('a merged model takes the tokenizer of its adapter', async () => {
  const copy = await modelCopy('qwen2-tied', {
    'lora/tokenizer.json': await readFile(join(base, 'tokenizer.json')),
    'lora/chat_template.jinja': 'from the adapter',
  })
  const folder = await outFolder()
  await exportModel({ folder: join(copy, 'lora') }, folder, { merge: true, elements: 'float32' })
  expect(await readFile(join(folder, 'chat_template.jinja'), 'utf8')).toBe('from the adapter')
})

test('what cannot be exported gets a sentence', async () => {
  const merge = { merge: true, elements: 'stored' } as const
  await expect(exportModel({ folder: base }, await outFolder(), merge)).rejects.toThrow(/no adapter to merge/)
  await expect(exportModel({ folder: adapter }, adapter, merge)).rejects.toThrow(/is the folder that is exported/)
})
