import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { longRunFlags, nodeBinary } from '../util/node-binary.ts'
import { appFolder } from '../util/resources.ts'

/**
 * Starts a script of src-main as a process of its own, which outlives this one; what it prints goes to the log file.
 * `ended` is called when it ends while this process lives, or when it cannot be started. Returns its process id;
 * undefined when it cannot be started.
 */
export function startNodeProcess(
  script: string,
  words: readonly string[],
  logFile: string,
  ended: () => void = () => {},
): number | undefined {
  mkdirSync(dirname(logFile), { recursive: true })
  const log = openSync(logFile, 'a')
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env
  const child = spawn(nodeBinary(), [...longRunFlags, join(appFolder, 'src-main', script), ...words], {
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
  return child.pid
}
