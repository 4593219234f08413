import { createOrtExecutor } from '../../src-main/engine/executors/ort/executor.ts'
import { executorConformance } from './conformance/suite.ts'

executorConformance('ort', () => createOrtExecutor({ threads: 2 }), { forward: 2e-6, gradient: 1e-5 })
