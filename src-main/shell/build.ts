import { spawn } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { UserError } from '../util/assert.ts'
import { appFolder } from '../util/resources.ts'

export const builtPage = join(appFolder, 'out', 'renderer')

/** What each part is built from, and the file whose age is the build's. */
const parts = {
  page: { sources: ['src-renderer', 'src-preload/contract'], product: 'out/renderer/index.html' },
  desktop: { sources: ['src-renderer', 'src-preload', 'src-main'], product: 'out/main/index.js' },
} as const

/** Builds the app unless the build is newer than its sources. Throws UserError when the build fails. */
export async function ensureBuilt(part: keyof typeof parts): Promise<void> {
  const { sources, product } = parts[part]
  const inputs = [...sources, 'electron.vite.config.ts', 'package-lock.json'].map((path) => join(appFolder, path))
  if (isNewer(join(appFolder, product), inputs)) return
  const code = await runBuild()
  if (code !== 0)
    throw new UserError('The app could not be built; the lines above say why. Run "npm ci", then try again.')
}

/** Whether a file is there and at least as new as everything in the given files and folders. */
export function isNewer(product: string, inputs: readonly string[]): boolean {
  if (!existsSync(product)) return false
  const builtAtMs = statSync(product).mtimeMs
  return inputs.every((input) => newestMs(input) <= builtAtMs)
}

function newestMs(path: string): number {
  if (!existsSync(path)) return 0
  const { mtimeMs } = statSync(path)
  if (!statSync(path).isDirectory()) return mtimeMs
  return readdirSync(path).reduce((newest, name) => Math.max(newest, newestMs(join(path, name))), mtimeMs)
}

function runBuild(): Promise<number | null> {
  const program = join(appFolder, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js')
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, 'build', '--logLevel', 'warn'], {
      cwd: appFolder,
      // The build's own words are for people: they must not mix with machine-readable output.
      stdio: ['ignore', 2, 2],
    })
    child.once('error', reject)
    child.once('exit', resolve)
  })
}
