/**
 * Generation and training of Qwen2.5-1.5B's shapes on the card, beside the card's own floors measured in the same call: the
 * rate of a large copy and of a large bf16 product. A JSON line with all figures so far after each part.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createCudaExecutor } from '../../src-main/engine/executors/cuda/executor.ts'
import { createPolicy } from '../../src-main/model/create-policy.ts'
import { openCard } from './open-card.ts'
import { writeQwen } from './qwen.ts'
import { floors, generate, qwenSizes, tokenStatistics, train } from './timed.ts'

const figures: Record<string, unknown> = {}

/** Measures a part and prints all figures so far; what fails costs its own part. */
async function part(name: string, measure: () => unknown): Promise<void> {
  try {
    figures[name] = await measure()
  } catch (error) {
    figures[name] = { failed: (error as Error).message.slice(0, 300) }
  }
  console.log(JSON.stringify(figures))
}

const folder = mkdtempSync(join(tmpdir(), 'quiver-card-'))
try {
  const parameters = writeQwen(folder)
  const driver = openCard()
  const { card } = driver
  const floor = floors(driver, qwenSizes)
  Object.assign(figures, { card, parameters })
  const executor = createCudaExecutor(driver, { precision: 'bfloat16', tf32: true })
  await part('floor', () => floor)
  await part('tokenStats', () => tokenStatistics(driver, floor, qwenSizes))
  const policy = await createPolicy({ folder, executor, gradientCheckpointing: 'on' })
  await part('training', () => train(policy, parameters, floor, qwenSizes, 20))
  await part('generation', () => generate(policy, parameters, floor, qwenSizes))
  await part('memory', () => executor.memory)
  await policy.dispose()
} finally {
  rmSync(folder, { recursive: true, force: true })
}
