import { exec } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { appFolder } from '../../src-main/util/resources.ts'
import { quiver } from '../helpers/cli.ts'
import { sharedFolder } from '../helpers/workspace.ts'

const folder = sharedFolder()
const builtin = join(import.meta.dirname, '../../resources/models/arithmetic-1m')

const file = (name: string, content: string): string => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

/** A complaint is one or a few sentences on standard error, no stack, and exit code 1. */
async function expectComplaint(words: readonly string[], ...parts: readonly (string | RegExp)[]): Promise<void> {
  const result = await quiver(...words)
  expect(result.code, result.stderr).toBe(1)
  for (const part of parts) expect(result.stderr).toMatch(part)
  expect(result.stderr).not.toMatch(/\n\s+at /)
}

const data = ['--data', join(folder, 'workspace')]

test('a reader that stops early ends a command without a word', async () => {
  const command = `"${process.execPath}" src-main/cli.ts methods --json | head -c 5`
  const { stdout, stderr } = await promisify(exec)(command, { cwd: appFolder })
  expect([stdout.length, stderr]).toEqual([5, ''])
})

test.each([
  ['an unknown key', 'steps: 3\nlearning_rate: 1\n', /learning_rate/],
  ['a wrong type', 'steps: many\n', /steps/],
  ['a wrong method option', 'method: { name: grpo, epsilonn: 1 }\n', /method: .*epsilonn/],
  ['broken YAML', 'steps: [1\n', /not valid YAML/],
  ['a missing model folder', 'model: /nowhere/model\n', /\/nowhere\/model/],
  ['a missing dataset', 'data: { train: /nowhere/problems.jsonl }\n', /\/nowhere\/problems.jsonl/],
  ['a device that is not here', `device: ${process.platform === 'win32' ? 'ort-cuda' : 'dml'}\n`, /cannot be used/],
  ['fields that do not fit', 'evaluation: { n: 1, k: [8] }\n', /pass@8/],
])('train complains of %s and starts nothing', async (name, recipe, part) => {
  await expectComplaint(['train', file(`${name.replaceAll(' ', '-')}.yaml`, recipe), ...data], part)
  expect((await quiver('runs', '--json', ...data)).stdout).toBe('')
})

test('a bad line of a dataset is named with file and line', async () => {
  const dataset = file('bad.jsonl', '{"prompt":"1+1=?","answer":"2"}\n{"prompt": oops}\n')
  const recipe = file('bad-dataset.yaml', `data: { train: ${dataset} }\n`)
  await expectComplaint(['train', recipe, ...data], /bad\.jsonl, line 2/)
})

test('an empty dataset is an error', async () => {
  const recipe = file('empty-dataset.yaml', `data: { train: ${file('empty.jsonl', '\n')} }\n`)
  await expectComplaint(['train', recipe, ...data], /empty\.jsonl holds no problems/)
})

test('a truncated weights file is named with the tensor or the size', async () => {
  const model = join(folder, 'truncated')
  cpSync(builtin, model, { recursive: true })
  truncateSync(join(model, 'model.safetensors'), 100_000)
  await expectComplaint(['generate', model, '--prompt', '1+1=?\n'], /model\.safetensors/)
})

test('a missing model file is named', async () => {
  const model = join(folder, 'incomplete')
  mkdirSync(model)
  cpSync(join(builtin, 'config.json'), join(model, 'config.json'))
  await expectComplaint(['generate', model, '--prompt', '1+1=?\n'], /tokenizer\.json|model\.safetensors/)
})

test('a wrong tensor shape is named with both shapes', async () => {
  const model = join(folder, 'reshaped')
  cpSync(builtin, model, { recursive: true })
  const config = JSON.parse(readFileSync(join(model, 'config.json'), 'utf8')) as object
  writeFileSync(join(model, 'config.json'), JSON.stringify({ ...config, intermediate_size: 64 }))
  await expectComplaint(['generate', model, '--prompt', '1+1=?\n'], /mlp/, /64/)
})

test('a workspace that cannot be written is a sentence', async () => {
  const path = join(file('not-a-folder', ''), 'workspace')
  await expectComplaint(['runs', '--data', path], /workspace/i)
})

test('a port in use is a sentence', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  await expectComplaint(['serve', '--port', String(port), ...data], new RegExp(String(port)))
  server.close()
})

test('commands on a run that does not exist say so', async () => {
  for (const words of [
    ['show', 'nobody'],
    ['metrics', 'nobody'],
    ['stop', 'nobody'],
    ['resume', 'nobody'],
    ['trace', 'nobody', '1'],
  ])
    await expectComplaint([...words, ...data], /nobody|no stored response/)
})

test('score names the line it cannot read', async () => {
  const input = file('score.jsonl', '{"prompt":"1+1=?","response":"2"}\n{"prompt":"1+1=?"}\n')
  await expectComplaint(['score', builtin, '--input', input], /score\.jsonl, line 2/)
})

test('every command has help and exits 0 with it', async () => {
  for (const name of [
    'train',
    'resume',
    'pause',
    'stop',
    'runs',
    'show',
    'metrics',
    'rollouts',
    'trace',
    'eval',
    'score',
    'generate',
    'method',
    'serve',
  ]) {
    const { code, stdout } = await quiver(name, '--help')
    expect(code, name).toBe(0)
    expect(stdout).toMatch(/--json/)
  }
})
