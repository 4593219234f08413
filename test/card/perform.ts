/** One step of the card's script: a process that is ended when its time is over. */
import { spawn } from 'node:child_process'
import type { Step } from './report.ts'

export interface Planned {
  readonly name: string
  readonly command: readonly string[]
  readonly limitSeconds: number
}

/** The last line that is a JSON object, of what a step printed: a step prints one more whenever it knows more. */
function resultOf(text: string): Readonly<Record<string, unknown>> | undefined {
  for (const line of text.trim().split('\n').reverse()) {
    if (!line.startsWith('{')) continue
    try {
      return JSON.parse(line) as Readonly<Record<string, unknown>>
    } catch {
      // Cut off when the process was ended; the line before it is whole.
    }
  }
  return undefined
}

const leastSeconds = 5

/** Runs a step to its end or its limit, with all that it started. What it printed until then counts. */
export function perform({ name, command, limitSeconds }: Planned, cwd: string): Promise<Step> {
  const begin = performance.now()
  if (limitSeconds < leastSeconds) return Promise.resolve({ name, seconds: 0, failure: 'No time was left for it.' })
  return new Promise((resolve) => {
    const child = spawn(command[0]!, command.slice(1), { cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    let [text, complaint, late] = ['', '', false]
    child.stdout.on('data', (chunk) => (text += chunk))
    child.stderr.on('data', (chunk) => (complaint += chunk))
    const timer = setTimeout(() => {
      late = true
      process.kill(-child.pid!, 'SIGKILL')
    }, 1000 * limitSeconds)
    const end = (failure: string | undefined) => {
      clearTimeout(timer)
      const result = resultOf(text)
      const seconds = (performance.now() - begin) / 1000
      resolve({ name, seconds, ...(result && { result }), ...(failure && { failure }) })
    }
    child.on('error', ({ message }) => end(message))
    child.on('close', (code, signal) => {
      const why = late ? `It did not end within ${Math.round(limitSeconds)} s` : `It ended with ${signal ?? code}`
      end(code === 0 ? undefined : `${why}: ${complaint.trim().slice(-600)}`)
    })
  })
}
