import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { UserError } from './assert.ts'
import { appFolder } from './resources.ts'

const neededMajor = 24

/** A Node that runs TypeScript: this process's own, or the one the package pins. @throws UserError when there is none. */
export function nodeBinary(): string {
  const ownMajor = Number.parseInt(process.versions.node, 10)
  if (!process.versions.electron && ownMajor >= neededMajor) return process.execPath
  const pinned = join(appFolder, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  if (existsSync(pinned)) return pinned
  throw new UserError(`Quiver needs Node ${neededMajor} and ${pinned} is missing. Run "npm ci" in ${appFolder}.`)
}

/**
 * Options of a process that computes for hours: a small young generation (MiB) is collected often, and with it the tensors
 * that its objects hold, which are many times their size.
 */
export const longRunFlags: readonly string[] = ['--max-semi-space-size=1']
