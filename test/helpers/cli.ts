import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { appFolder } from '../../src-main/util/resources.ts'

export interface CliResult {
  readonly pid: number | undefined
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs `quiver …` as a user would and returns what it printed. */
export const quiver = (...words: readonly string[]): Promise<CliResult> => quiverWith({}, ...words)

/** The same with more environment variables. */
export function quiverWith(environment: NodeJS.ProcessEnv, ...words: readonly string[]): Promise<CliResult> {
  const env = { ...process.env, ...environment }
  const child = spawn(process.execPath, [join(appFolder, 'src-main', 'cli.ts'), ...words], { cwd: appFolder, env })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => (stdout += chunk))
  child.stderr.on('data', (chunk) => (stderr += chunk))
  return new Promise((resolve) => child.once('close', (code) => resolve({ pid: child.pid, code, stdout, stderr })))
}

/** The JSON objects of a command's output, one a line. */
export const jsonLines = ({ stdout }: CliResult): Record<string, unknown>[] =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
