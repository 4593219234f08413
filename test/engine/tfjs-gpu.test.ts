import { describe, test } from 'vitest'
import { tfjsGpuDevice } from '../../src-main/engine/executors/tfjs/devices.ts'
import { createTfjsExecutor } from '../../src-main/engine/executors/tfjs/executor.ts'
import { executorConformance } from './conformance/suite.ts'

const missing = tfjsGpuDevice.missing()
const make = () => createTfjsExecutor({ backend: 'tensorflow' })

if (missing) describe('tfjs-gpu', () => test.skip(`${missing.what} Install it with "${missing.install}".`))
else executorConformance('tfjs-gpu', make, { forward: 2e-6, gradient: 1e-5 })
