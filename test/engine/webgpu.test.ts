import { describe, test } from 'vitest'
import { createOrtExecutor } from '../../src-main/engine/executors/ort/executor.ts'
import { loadSoftwareVulkan } from '../helpers/software-vulkan.ts'
import { executorConformance } from './conformance/suite.ts'

const make = () => createOrtExecutor({ provider: 'webgpu' })

if (loadSoftwareVulkan()) executorConformance('webgpu', make, { forward: 2e-6, gradient: 1e-5 }, { empty: false })
else describe('webgpu', () => test.skip('needs the Vulkan driver of an installed Chromium (apt-get install chromium)'))
