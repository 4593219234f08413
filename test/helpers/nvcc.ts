/** CUDA kernels as machine code, by the toolkit's own compiler where it is installed; no card is needed. */
import { execFile, execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Kernel } from '../../src-main/engine/executors/cuda/kernel.ts'

/** What a kernel takes of a multiprocessor, as the assembler reports it. */
export interface Resources {
  readonly name: string
  readonly registers: number
  /** Static shared memory, bytes. */
  readonly sharedBytes: number
  /** Bytes of local memory per thread, and of registers written to and read from it. */
  readonly stackBytes: number
  readonly spillBytes: number
}

export function nvccVersion(): string | undefined {
  try {
    return execFileSync('nvcc', ['--version'], { encoding: 'utf8' }).match(/V[\d.]+/)?.[0]
  } catch {
    return undefined
  }
}

/** All kernels for one architecture (`sm_90`) in one call. Throws with the compiler's words. */
export async function compileForCard(kernels: readonly Kernel[], architecture: string): Promise<Resources[]> {
  const folder = await mkdtemp(join(tmpdir(), 'quiver-nvcc-'))
  try {
    const source = join(folder, 'kernels.cu')
    const text = kernels.map(
      ({ name, source }, index) => `namespace kernel${index} {\n#line 1 "${name}.cu"\n${source}\n}`,
    )
    await writeFile(source, `${text.join('\n')}\n`)
    const options = [
      '-cubin',
      `-arch=${architecture}`,
      '-Xptxas',
      '-v',
      '-std=c++17',
      '-o',
      join(folder, 'kernels.cubin'),
    ]
    const { stderr } = await promisify(execFile)('nvcc', [...options, source], { maxBuffer: 2 ** 26 })
    return resourcesOf(stderr)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function resourcesOf(report: string): Resources[] {
  const number = (text: string, pattern: RegExp) => Number(text.match(pattern)?.[1] ?? 0)
  return report
    .split(/ptxas info\s+: Compiling entry function '/)
    .slice(1)
    .map((text) => ({
      name: text.slice(0, text.indexOf("'")),
      registers: number(text, /Used (\d+) registers/),
      sharedBytes: number(text, /(\d+) bytes smem/),
      stackBytes: number(text, /(\d+) bytes stack frame/),
      spillBytes: number(text, /(\d+) bytes spill stores/) + number(text, /(\d+) bytes spill loads/),
    }))
}
