/**
 * `npm run bench:cuda`: what each CUDA kernel takes of a multiprocessor, as the toolkit's assembler reports it, and how many
 * blocks fit on one together. No card is needed; without nvcc it says so.
 * Options: --arch sm_80,sm_90,sm_120 (the default), --json.
 */
import { parseArgs } from 'node:util'
import type { Launch } from '../../src-main/engine/executors/cuda/kernel.ts'
import { allLaunches } from '../helpers/cuda-kernels.ts'
import { compileForCard, nvccVersion, type Resources } from '../helpers/nvcc.ts'

interface Multiprocessor {
  readonly registers: number
  /** Bytes of shared memory for all blocks; each takes 1 KB more than it asks for. */
  readonly sharedBytes: number
  readonly warps: number
  readonly blocks: number
}

/** From NVIDIA's table of compute capabilities. */
const multiprocessors: Readonly<Record<string, Multiprocessor>> = {
  sm_80: { registers: 65_536, sharedBytes: 164 << 10, warps: 64, blocks: 32 },
  sm_90: { registers: 65_536, sharedBytes: 228 << 10, warps: 64, blocks: 32 },
  sm_120: { registers: 65_536, sharedBytes: 100 << 10, warps: 48, blocks: 24 },
}

function residentBlocks(of: Multiprocessor, { block, sharedBytes }: Launch, resources: Resources): number {
  const warps = Math.ceil((block[0] * block[1] * block[2]) / 32)
  // Registers are given to warps in steps of 8 a thread.
  const registers = 32 * 8 * Math.ceil(resources.registers / 8) * warps
  const shared = 1024 + sharedBytes + resources.sharedBytes
  return Math.min(
    of.blocks,
    Math.floor(of.warps / warps),
    Math.floor(of.registers / registers),
    Math.floor(of.sharedBytes / shared),
  )
}

async function report(architecture: string) {
  const launches = new Map(allLaunches().map((launch) => [launch.kernel.name, launch]))
  const kernels = [...launches.values()].map(({ kernel }) => kernel)
  const resources = await compileForCard(kernels, architecture)
  const of = multiprocessors[architecture]
  return resources
    .map((each) => {
      const launch = launches.get(each.name)!
      const blocks = of && residentBlocks(of, launch, each)
      const threads = launch.block[0] * launch.block[1] * launch.block[2]
      return {
        kernel: each.name,
        threads,
        registers: each.registers,
        'shared bytes': each.sharedBytes + launch.sharedBytes,
        'stack bytes': each.stackBytes,
        'spill bytes': each.spillBytes,
        ...(of && {
          'blocks per multiprocessor': blocks,
          'share of warps': ((blocks! * threads) / 32 / of.warps).toFixed(2),
        }),
      }
    })
    .sort((a, b) => a.kernel.localeCompare(b.kernel))
}

const { values } = parseArgs({
  options: { arch: { type: 'string', default: Object.keys(multiprocessors).join() }, json: { type: 'boolean' } },
})
const version = nvccVersion()
if (!version) {
  console.error('There is no nvcc on the PATH: nothing was compiled. Install the CUDA toolkit, 13.0 or later.')
  process.exit(1)
}
for (const architecture of values.arch.split(',')) {
  const rows = await report(architecture)
  if (values.json) console.log(JSON.stringify({ compiler: version, architecture, kernels: rows }))
  else {
    console.log(`${architecture}, nvcc ${version}`)
    console.table(rows)
  }
}
