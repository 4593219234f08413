import { existsSync, mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { UserError } from '../util/assert.ts'

/** The workspace folder: the option, else QUIVER_WORKSPACE, else `quiver` in the user's data folder. Absolute. */
export function workspaceFolder(option?: string, env: NodeJS.ProcessEnv = process.env): string {
  const dataHome = env.XDG_DATA_HOME || join(homedir(), '.local', 'share')
  return resolve(option || env.QUIVER_WORKSPACE || join(dataHome, 'quiver'))
}

/** Creates the workspace folder where it is missing. */
export function makeWorkspace(workspace: string): void {
  try {
    makeFolder(join(workspace, 'runs'))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new UserError(
      `The workspace folder ${workspace} cannot be made (${reason}). Choose another with --data or QUIVER_WORKSPACE.`,
    )
  }
}

/** Like a recursive mkdirSync, which never returns where the system denies that a parent exists (nodejs: /proc). */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  if (dirname(folder) !== folder) makeFolder(dirname(folder))
  try {
    mkdirSync(folder)
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!existsSync(folder)) throw error
  }
}

export const storeFile = (workspace: string): string => join(workspace, 'quiver.sqlite')
/** A run's folder: `config.yaml`, `trainer.log` and `checkpoints/`. */
export const runFolder = (workspace: string, runId: string): string => join(workspace, 'runs', runId)
export const runConfigFile = (workspace: string, runId: string): string =>
  join(runFolder(workspace, runId), 'config.yaml')
export const runLogFile = (workspace: string, runId: string): string => join(runFolder(workspace, runId), 'trainer.log')
export const checkpointsFolder = (workspace: string, runId: string): string =>
  join(runFolder(workspace, runId), 'checkpoints')
/** Weights that later stages of a run's curriculum took as their reference. */
export const referencesFolder = (workspace: string, runId: string): string =>
  join(runFolder(workspace, runId), 'references')
/** What the process of a semantic-entropy pass prints. */
export const passLogFile = (workspace: string, passId: string): string => join(workspace, 'passes', `${passId}.log`)
/** Verifiers of the user's own, one file each. */
export const verifiersFolder = (workspace: string): string => join(workspace, 'verifiers')
