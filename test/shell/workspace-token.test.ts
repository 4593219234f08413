import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { workspaceToken } from '../../src-main/shell/workspace-token.ts'
import { temporaryFolder } from '../helpers/workspace.ts'

test('the token of a workspace stays the same, and only its owner can read it', () => {
  const workspace = temporaryFolder()
  const token = workspaceToken(workspace)
  expect(token).toMatch(/^[\w-]{43}$/)
  expect(workspaceToken(workspace)).toBe(token)
  const file = join(workspace, 'access-token')
  expect(readFileSync(file, 'utf8')).toBe(token)
  if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(workspaceToken(temporaryFolder())).not.toBe(token)
})

test('a token that is none is replaced', () => {
  const workspace = temporaryFolder()
  writeFileSync(join(workspace, 'access-token'), '')
  expect(workspaceToken(workspace)).toMatch(/^[\w-]{43}$/)
})
