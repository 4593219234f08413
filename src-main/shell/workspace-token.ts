import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { newToken } from './access.ts'

/** A token of `newToken`, whole. */
const tokenShape = /^[\w-]{43}$/

/**
 * The access token of a workspace's hosts. It is kept in the workspace, readable by its owner alone, so that open pages and
 * bookmarks outlive a restart; removing the file `access-token` turns all of them out at the next start.
 */
export function workspaceToken(workspace: string): string {
  const file = join(workspace, 'access-token')
  const kept = readToken(file)
  if (kept !== null) return kept
  writeFileSync(file, newToken(), { mode: 0o600 })
  // Another host may have written its own meanwhile: what stands there counts for both.
  return readToken(file)!
}

function readToken(file: string): string | null {
  try {
    const text = readFileSync(file, 'utf8')
    return tokenShape.test(text) ? text : null
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
