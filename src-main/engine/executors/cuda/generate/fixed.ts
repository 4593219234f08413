/** Kernels whose text does not depend on a graph. */
import { createHash } from 'node:crypto'
import type { Kernel, Launch, ParameterKind } from '../kernel.ts'

const threads = 256
const mostBlocks = 65_536

/** A kernel from its parameters as declared and the text between its braces. */
export function fixedKernel(
  kind: string,
  parameters: readonly ParameterKind[],
  declared: string,
  body: string,
): Kernel {
  const hash = createHash('sha256').update(`${declared}\n${body}`).digest('hex').slice(0, 16)
  const name = `${kind}_${hash}`
  return { name, parameters, source: `extern "C" __global__ void ${name}(${declared}) {\n${body}}\n` }
}

export interface Numbered {
  readonly launch: Launch
  readonly numbers: readonly number[]
}

/** One thread per element, as far as blocks go; the kernel's first number is the count. */
export function linearLaunch(kernel: Kernel, count: number, ...numbers: readonly number[]): Numbered {
  const blocks = Math.max(1, Math.min(mostBlocks, Math.ceil(count / threads)))
  return {
    launch: { kernel, grid: [blocks, 1, 1], block: [threads, 1, 1], sharedBytes: 0 },
    numbers: [count, ...numbers],
  }
}
