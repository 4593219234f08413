import { expect, test } from 'vitest'
import { allLaunches } from '../../helpers/cuda-kernels.ts'
import { compileForCard, nvccVersion } from '../../helpers/nvcc.ts'

const version = nvccVersion()
const kernels = allLaunches().map(({ kernel }) => kernel)

/** One compilation per architecture, one after the other: others want the processor too. */
test.skipIf(!version).each(['sm_80', 'sm_90', 'sm_120'])(
  `all kernels become machine code for %s, none with registers in memory${version ? '' : ': skipped, there is no nvcc'}`,
  async (architecture) => {
    const resources = await compileForCard(kernels, architecture)
    expect(resources.map(({ name }) => name).sort()).toEqual(kernels.map(({ name }) => name).sort())
    expect(resources.filter(({ spillBytes, stackBytes }) => spillBytes + stackBytes > 0)).toEqual([])
  },
  240_000,
)
