/** The engine's conformance suite on the card, in float32: one JSON line. Run with `--import ./test/card/hooks.ts`. */
import { createCudaExecutor } from '../../src-main/engine/executors/cuda/executor.ts'
import { executorConformance } from '../engine/conformance/suite.ts'
import { type Outcome, runAll } from './expect.ts'
import { openCard } from './open-card.ts'

executorConformance('cuda', () => createCudaExecutor(openCard()), { forward: 2e-6, gradient: 1e-5 })
const outcomes = await runAll()
const failed = outcomes.filter((outcome): outcome is Required<Outcome> => outcome.failure !== undefined)
console.log(JSON.stringify({ tests: outcomes.length, failed }))
