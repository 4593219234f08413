import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, onTestFinished } from 'vitest'

/** An empty folder that is removed when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'quiver-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** An empty folder for all tests of a file, removed after the last. Call it outside of tests. */
export function sharedFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'quiver-test-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
