/** The engine's conformance suite on the card, in float32: JSON lines. Run with `--import ./test/card/hooks.ts`. */
import { createCudaExecutor } from '../../src-main/engine/executors/cuda/executor.ts'
import { executorConformance } from '../engine/conformance/suite.ts'
import { type Outcome, runAll } from './expect.ts'
import { openCard } from './open-card.ts'

executorConformance('cuda', () => createCudaExecutor(openCard()), { forward: 2e-6, gradient: 1e-5 })
/** Some less than the script gives it, so that what was found is told. */
const secondsForAll = 100
const printEvery = 25

function print(outcomes: readonly Outcome[], leftOut: number): void {
  const failed = outcomes.filter(({ failure }) => failure !== undefined)
  console.log(JSON.stringify({ tests: outcomes.length, failed, leftOut }))
}

const { outcomes, leftOut } = await runAll(1000 * secondsForAll, (all) => {
  if (all.length % printEvery === 0) print(all, 0)
})
print(outcomes, leftOut)
