import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import type { SamplerCommand, SamplerMessage } from '../../src-preload/contract/sampler.ts'
import { longRunFlags, nodeBinary } from '../util/node-binary.ts'
import { appFolder } from '../util/resources.ts'

export interface SamplerProcess {
  readonly pid: number | undefined
  send(command: SamplerCommand): void
  end(): void
}

/** Last characters kept of what the process prints. */
const keptOutput = 4000

/** Starts the process that samples. `ended` is told how, unless it was `end` that ended it. */
export function startSampler(heard: (message: SamplerMessage) => void, ended: (how: string) => void): SamplerProcess {
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env
  const child: ChildProcess = spawn(nodeBinary(), [...longRunFlags, join(appFolder, 'src-main', 'sampler.ts')], {
    cwd: appFolder,
    env,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // Typed arrays as they are.
    serialization: 'advanced',
    windowsHide: true,
  })
  let asked = false
  let output = ''
  const end = (how: string): void => {
    if (asked) return
    asked = true
    if (output !== '') process.stderr.write(`${output}\n`)
    ended(how)
  }
  child.on('message', (message) => heard(message as SamplerMessage))
  child.stderr?.on('data', (chunk: Buffer) => {
    output = `${output}${chunk}`.slice(-keptOutput)
  })
  child.once('error', (error) => end(error.message))
  child.once('close', (code, signal) => end(signal ?? `exit code ${code}`))
  return {
    pid: child.pid,
    send: (command) => void child.send(command, () => {}),
    end: () => {
      asked = true
      child.kill()
    },
  }
}
