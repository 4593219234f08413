/** Compiled kernels on disk, so that a kernel is compiled once per card and compiler, not once per start. */
import { createHash, randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Kernel } from './kernel.ts'

export interface CodeTarget {
  /** As the compiler is told: `sm_90`. */
  readonly architecture: string
  /** Name and version of the compiler: its update makes new code. */
  readonly compiler: string
}

const keyOf = ({ source }: Kernel, { architecture, compiler }: CodeTarget) =>
  createHash('sha256').update([architecture, compiler, source].join('\0')).digest('hex')

function read(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path)
  } catch {
    return undefined
  }
}

/** Renamed into place, so that another process reads the whole file or none. A cache that cannot be written costs time only. */
function write(folder: string, path: string, code: Uint8Array): void {
  try {
    mkdirSync(folder, { recursive: true })
    const temporary = `${path}.${randomUUID()}`
    try {
      writeFileSync(temporary, code)
      renameSync(temporary, path)
    } finally {
      rmSync(temporary, { force: true })
    }
  } catch {
    // The code is at hand all the same.
  }
}

/** The kernel's machine code for a target: from `folder` where it lies there, else by `compile`, and kept. */
export function cachedCode(folder: string, kernel: Kernel, target: CodeTarget, compile: () => Uint8Array): Uint8Array {
  const path = join(folder, `${kernel.name}-${keyOf(kernel, target)}.cubin`)
  const known = read(path)
  if (known && known.length > 0) return known
  const code = compile()
  write(folder, path, code)
  return code
}
