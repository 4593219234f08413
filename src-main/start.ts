/** `npm start`: the app in a window where one can open, otherwise the same app for a browser, with one line that says why. */
import './util/compile-cache.ts'
import { spawn } from 'node:child_process'
import { startServer } from './serve.ts'
import { parseStartArguments, type StartOptions, startHelp } from './shell/arguments.ts'
import { ensureBuilt } from './shell/build.ts'
import { electronRuntime, noWindowReason, type Runtime } from './shell/electron-runtime.ts'
import { workspaceFolder } from './store/workspace.ts'
import { UserError } from './util/assert.ts'
import { appFolder } from './util/resources.ts'

try {
  const options = parseStartArguments(process.argv.slice(2))
  if (options.help) process.stdout.write(startHelp)
  else await start(options)
} catch (error) {
  const shown = error instanceof UserError ? error.message : error instanceof Error ? error.stack : String(error)
  process.stderr.write(`${shown}\n`)
  process.exitCode = 1
}

async function start(options: StartOptions): Promise<void> {
  const runtime = await chooseRuntime(options)
  if ('executable' in runtime) await openDesktop(runtime.executable, options)
  else await serve(runtime.missing, options)
}

async function chooseRuntime({ browser }: StartOptions): Promise<Runtime> {
  if (browser) return { missing: 'you asked for the browser' }
  const reason = noWindowReason({ platform: process.platform, env: process.env, userId: process.getuid?.() })
  return reason ? { missing: reason } : electronRuntime()
}

async function openDesktop(executable: string, { workspace }: StartOptions): Promise<void> {
  await ensureBuilt('desktop')
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env
  const child = spawn(executable, [appFolder, `--data=${workspaceFolder(workspace)}`], { env, stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
  process.exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => resolve(code ?? 0))
  })
}

async function serve(reason: string, { port, workspace }: StartOptions): Promise<void> {
  const server = await startServer({ port, workspace: workspaceFolder(workspace) })
  process.stdout.write(`Quiver runs in the browser because ${reason}: ${server.url}\n`)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void server.close())
}
