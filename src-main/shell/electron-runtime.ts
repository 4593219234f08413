import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { appFolder } from '../util/resources.ts'

const packageFolder = join(appFolder, 'node_modules', 'electron')
const defaultMirror = 'https://github.com'
const reachTimeoutMs = 5000
const downloadTimeoutMs = 180_000

export type Runtime = { readonly executable: string } | { readonly missing: string }

interface Machine {
  readonly platform: NodeJS.Platform
  readonly env: NodeJS.ProcessEnv
  /** User id; undefined on Windows. */
  readonly userId: number | undefined
}

/** Why no window can open here whatever is installed, or null. */
export function noWindowReason({ platform, env, userId }: Machine): string | null {
  if (platform !== 'linux') return null
  if (!env.DISPLAY && !env.WAYLAND_DISPLAY) return 'this machine has no display'
  return userId === 0 ? 'Electron does not run as root' : null
}

/** The Electron program, downloaded where it is missing and can be; otherwise why there is none. */
export async function electronRuntime(env: NodeJS.ProcessEnv = process.env): Promise<Runtime> {
  const present = installedExecutable()
  if (present) return { executable: present }
  if (!existsSync(join(packageFolder, 'install.js'))) return { missing: 'Electron is not installed' }
  if (env.ELECTRON_SKIP_BINARY_DOWNLOAD) return { missing: 'Electron is not downloaded, as the environment asks' }
  const mirror = env.ELECTRON_MIRROR || env.npm_config_electron_mirror || defaultMirror
  if (!(await canReach(mirror))) return { missing: `Electron cannot be downloaded from ${new URL(mirror).host}` }
  process.stderr.write('Downloading Electron, once …\n')
  await download(env)
  const downloaded = installedExecutable()
  return downloaded ? { executable: downloaded } : { missing: 'Electron could not be downloaded' }
}

function installedExecutable(): string | null {
  const pathFile = join(packageFolder, 'path.txt')
  const executable = existsSync(pathFile) && join(packageFolder, 'dist', readFileSync(pathFile, 'utf8').trim())
  return executable && existsSync(executable) ? executable : null
}

async function canReach(mirror: string): Promise<boolean> {
  if (!URL.canParse(mirror)) return false
  try {
    await fetch(mirror, { method: 'HEAD', signal: AbortSignal.timeout(reachTimeoutMs) })
    return true
  } catch {
    return false
  }
}

function download(env: NodeJS.ProcessEnv): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(packageFolder, 'install.js')], {
      env,
      stdio: 'ignore',
      timeout: downloadTimeoutMs,
    })
    child.once('error', () => resolve())
    child.once('exit', () => resolve())
  })
}
