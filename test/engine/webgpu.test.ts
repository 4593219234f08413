import { describe, test } from 'vitest'
import { createOrtExecutor } from '../../src-main/engine/executors/ort/executor.ts'
import { input, program } from '../../src-main/engine/graph.ts'
import { neg } from '../../src-main/engine/ops/elementwise.ts'
import { loadSoftwareVulkan } from '../helpers/software-vulkan.ts'
import { executorConformance } from './conformance/suite.ts'

const make = () => createOrtExecutor({ provider: 'webgpu' })

/** Whether the driver of the installed Chromium gives an adapter: some machines have the driver and get none. */
async function hasAdapter(): Promise<boolean> {
  if (!loadSoftwareVulkan()) return false
  const executor = make()
  try {
    await executor.compile(program('probe', { y: neg(input('x', [1])) }))
    return true
  } catch {
    return false
  } finally {
    await executor.dispose()
  }
}

if (await hasAdapter())
  executorConformance('webgpu', make, { forward: 2e-6, gradient: 1e-5 }, { empty: false, equalities: false })
else describe('webgpu', () => test.skip('needs a Vulkan driver that gives an adapter (Chromium brings one along)'))
