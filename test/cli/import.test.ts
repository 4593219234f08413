import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { jsonLines, quiver } from '../helpers/cli.ts'
import { sharedFolder } from '../helpers/workspace.ts'

const script = join(import.meta.dirname, '../fixtures/imports/archer-code.sh')

test('a launch script becomes a recipe file, and no file is written over', async () => {
  const folder = sharedFolder()
  const out = join(folder, 'imported.yaml')
  const words = ['import', script, '--out', out, '--data', join(folder, 'workspace')]
  const result = await quiver(...words, '--json')
  expect(jsonLines(result)).toMatchObject([{ dialect: 'verl', form: 'shell', config: { method: { name: 'archer' } } }])
  expect(readFileSync(out, 'utf8')).toMatch(/^# Imported from archer-code\.sh\.\nname: archer-qwen-1\.5b-code\n/)
  const again = await quiver(...words)
  expect(again.code).toBe(1)
  expect(again.stderr).toContain('Name a file that is not there yet')
})
