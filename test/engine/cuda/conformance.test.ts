import { beforeAll, describe, test } from 'vitest'
import { createCudaExecutor } from '../../../src-main/engine/executors/cuda/executor.ts'
import { EmulatingDriver } from '../../helpers/cuda-driver/emulating.ts'
import { kernelsOf } from '../../helpers/cuda-driver/prepare.ts'
import { emulationMissing } from '../../helpers/cuda-emulator/compile.ts'
import { prepareKernels } from '../../helpers/cuda-emulator/emulator.ts'
import { caseOf } from '../conformance/case.ts'
import { programOf } from '../conformance/run.ts'
import { executorConformance } from '../conformance/suite.ts'
import { table } from '../conformance/table.ts'

const missing = emulationMissing()

function prepareTable(): void {
  const kernels = table.flatMap((entry) => {
    const subject = caseOf(entry)
    const shapes = Object.entries(subject.feeds).map(([name, { shape }]) => [name, shape])
    return kernelsOf(programOf(subject), Object.fromEntries(shapes))
  })
  prepareKernels(kernels)
}

if (missing) describe('cuda, emulated', () => test.skip(`cannot run here: ${missing}`))
else {
  beforeAll(prepareTable, 300_000)
  executorConformance('cuda, emulated', () => createCudaExecutor(new EmulatingDriver()), {
    forward: 2e-6,
    gradient: 1e-5,
  })
}
