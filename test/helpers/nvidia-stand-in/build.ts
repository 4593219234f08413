/** The stand-in for NVIDIA's libraries, built by the system's C compiler. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

/** Why it cannot be built here; undefined where it can. */
export function standInMissing(): string | undefined {
  if (process.platform !== 'linux') return `the stand-in is built on Linux, not on ${process.platform}`
  try {
    execFileSync('gcc', ['--version'], { stdio: 'ignore' })
    return undefined
  } catch {
    return 'there is no gcc'
  }
}

/** Builds it into a folder and returns its path. */
export function buildStandIn(folder: string): string {
  const path = join(folder, 'stand-in.so')
  execFileSync('gcc', ['-shared', '-fPIC', '-O1', '-w', '-o', path, join(import.meta.dirname, 'stand-in.c')])
  return path
}
