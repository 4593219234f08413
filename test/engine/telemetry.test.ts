import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { quiver } from '../helpers/cli.ts'

test('the runtime library starts no usage reporting: its log never appears', async () => {
  const model = 'test/fixtures/models/qwen2-tied'
  const { code, stderr, pid } = await quiver('generate', model, '--prompt', '1', '--max-tokens', '4')
  expect(code, stderr).toBe(0)
  expect(readdirSync(tmpdir())).not.toContain(`mat-debug-${pid}.log`)
})
