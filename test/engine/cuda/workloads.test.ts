import { describe, expect, test } from 'vitest'
import type { Argument } from '../../../src-main/engine/executors/cuda/driver.ts'
import type { Kernel, Launch } from '../../../src-main/engine/executors/cuda/kernel.ts'
import { type ModelSizes, Workspace, workloads } from '../../bench/cuda-workloads.ts'
import { EmulatingDriver } from '../../helpers/cuda-driver/emulating.ts'
import { emulationMissing } from '../../helpers/cuda-emulator/compile.ts'

const missing = emulationMissing()
const tiny: ModelSizes = {
  ...{ width: 64, inner: 72, heads: 4, keyValueHeads: 2, headDim: 16, vocabulary: 96 },
  ...{ sequences: 2, time: 20, rows: 2, past: 17, chunk: 3, parameters: 100 },
}

/** Tells which kernels are launched. */
class ListingDriver extends EmulatingDriver {
  readonly kernels: Kernel[] = []

  override launch(launch: Launch, given: readonly Argument[]): void {
    this.kernels.push(launch.kernel)
    super.launch(launch, given)
  }
}

describe.skipIf(missing)(`what the bench times on a card${missing ? `: skipped, ${missing}` : ''}`, () => {
  // At the bench's sizes a mistake would cost a card's time, so all of it runs here in small.
  test('every workload runs, with the arguments that its kernels take', () => {
    const driver = new ListingDriver()
    for (const make of workloads) {
      const space = new Workspace(driver)
      // Recorded, not run: so that all kernels are compiled at once.
      const made = make(space, tiny, 1)
      driver.record(() => made.map(({ run }) => run())).release()
      space.release()
    }
    driver.load(driver.kernels)
    const names = workloads.flatMap((make) => {
      const space = new Workspace(driver)
      const made = make(space, tiny, 1)
      for (const { run, bytes } of made) {
        run()
        expect(bytes).toBeGreaterThan(0)
      }
      space.release()
      return made.map(({ name }) => name)
    })
    expect(new Set(names).size).toBe(names.length)
    driver.dispose()
  }, 120_000)
})
