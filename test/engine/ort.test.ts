import { createOrtExecutor } from '../../src-main/engine/executors/ort/executor.ts'
import { cacheConformance } from './conformance/cache.ts'
import { equalityConformance } from './conformance/equality.ts'
import { optimizerConformance } from './conformance/optimizer.ts'
import { conformance } from './conformance/run.ts'
import { stateConformance } from './conformance/state.ts'

const make = () => createOrtExecutor({ threads: 2 })

conformance('ort', make, { forward: 2e-6, gradient: 1e-5 })
stateConformance('ort', make)
cacheConformance('ort', make)
optimizerConformance('ort', make)
equalityConformance('ort', make)
