import { expect, onTestFinished, test } from 'vitest'
import { openStore } from '../../src-main/store/open.ts'
import { createRun, runConfig } from '../../src-main/store/runs.ts'
import { type RunConfig, runConfigSchema } from '../../src-preload/contract/config.ts'
import { temporaryFolder } from '../helpers/workspace.ts'

test('a run made before a setting existed resumes with its default', () => {
  const db = openStore(temporaryFolder(), 'write')
  onTestFinished(() => void db.close())
  const config = runConfigSchema.parse({ seed: 7 })
  const { curriculum: _, ...older } = config
  createRun(db, { id: 'older', config: older as RunConfig, atMs: 0 })
  expect(runConfig(db, 'older')).toEqual(config)
})
