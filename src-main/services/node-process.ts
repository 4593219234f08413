import { spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { UserError } from '../util/assert.ts'
import { appFolder } from '../util/resources.ts'

const neededMajor = 24

/** A Node that runs TypeScript: this process's own, or the one the package pins. */
export function nodeBinary(): string {
  const ownMajor = Number.parseInt(process.versions.node, 10)
  if (!process.versions.electron && ownMajor >= neededMajor) return process.execPath
  const pinned = join(appFolder, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  if (existsSync(pinned)) return pinned
  throw new UserError(`A trainer needs Node ${neededMajor} and ${pinned} is missing. Run "npm ci" in ${appFolder}.`)
}

/**
 * Starts a script of src-main as a process of its own, which outlives this one; what it prints goes to the log file.
 * `ended` is called when it ends while this process lives, or when it cannot be started.
 */
export function startNodeProcess(
  script: string,
  words: readonly string[],
  logFile: string,
  ended: () => void = () => {},
): void {
  mkdirSync(dirname(logFile), { recursive: true })
  const log = openSync(logFile, 'a')
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env
  const child = spawn(nodeBinary(), [join(appFolder, 'src-main', script), ...words], {
    cwd: appFolder,
    detached: true,
    env,
    stdio: ['ignore', log, log],
    windowsHide: true,
  })
  closeSync(log)
  child.once('error', ended)
  child.once('exit', ended)
  child.unref()
}
