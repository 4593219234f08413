import { createOrtExecutor } from '../../src-main/engine/executors/ort/executor.ts'
import { conformance } from './conformance/run.ts'

conformance('ort', () => createOrtExecutor({ threads: 2 }), { forward: 2e-6, gradient: 1e-5 })
