/**
 * `npm run bench:card`: every CUDA kernel on the card at hand, as a share of its floor: the larger of its bytes over the
 * rate of a large copy and its operations over the rate of a large bf16 product, both measured in the same call.
 * Options: --json. Without a card it says so and measures nothing.
 */
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Driver } from '../../src-main/engine/executors/cuda/driver.ts'
import { openCard } from '../../src-main/engine/executors/cuda/native/open.ts'
import { qwen, type Workload, Workspace, workloads } from './cuda-workloads.ts'

/** Seconds of one run: the median of several replays of a recording of many, so that launches cost next to nothing. */
function secondsOf(driver: Driver, run: () => void, inside = 10, replays = 7): number {
  run()
  const recording = driver.record(() => {
    for (let each = 0; each < inside; each++) run()
  })
  const times = Array.from({ length: replays }, () => {
    driver.synchronize()
    const begin = performance.now()
    driver.replay(recording)
    driver.synchronize()
    return (performance.now() - begin) / 1000 / inside
  })
  recording.release()
  return times.sort((a, b) => a - b)[Math.floor(replays / 2)]!
}

interface Ceilings {
  /** Bytes a second, reads and writes together. */
  readonly bytes: number
  /** Operations a second: a product of [m, k] and [k, n] counts 2·m·n·k. */
  readonly operations: number
}

function ceilingsOf(driver: Driver): Ceilings {
  const space = new Workspace(driver)
  const bytes = 2 ** 30
  const [from, to] = [space.random(bytes / 4, 'float32'), space.random(bytes / 4, 'float32')]
  const copy = secondsOf(driver, () => driver.copy({ address: to, bytes }, { address: from, bytes }))
  const size = 8192
  const matrix = (transposed: boolean) => ({
    ...{ address: space.random(size * size, 'bfloat16'), bytes: 2 * size * size, storage: 'bfloat16' as const },
    ...{ rowStride: size, batchStride: 0, transposed },
  })
  const product = { m: size, n: size, k: size, batch: 1, alpha: 1, beta: 0, tf32: false }
  const factors = { a: matrix(false), b: matrix(true), d: matrix(false) }
  const multiply = secondsOf(driver, () => driver.multiply({ ...product, ...factors }))
  space.release()
  return { bytes: (2 * bytes) / copy, operations: (2 * size ** 3) / multiply }
}

function measured(driver: Driver, { name, run, bytes, operations }: Workload, ceilings: Ceilings) {
  const seconds = secondsOf(driver, run)
  const floor = Math.max(bytes / ceilings.bytes, operations / ceilings.operations)
  return {
    kernel: name,
    ms: Number((1000 * seconds).toFixed(4)),
    'floor ms': Number((1000 * floor).toFixed(4)),
    'share of floor': Number((floor / seconds).toFixed(3)),
    'GB/s': Math.round(bytes / seconds / 1e9),
    'TFLOP/s': Number((operations / seconds / 1e12).toFixed(1)),
  }
}

function firstCard(): Driver {
  try {
    return openCard({ index: 0, cache: join(tmpdir(), 'quiver-bench-kernels') })
  } catch (error) {
    console.error(`No card was measured. ${(error as Error).message}`)
    process.exit(1)
  }
}

const { values } = parseArgs({ options: { json: { type: 'boolean' } } })
const driver = firstCard()
const ceilings = ceilingsOf(driver)
const rows = workloads.flatMap((make) => {
  const space = new Workspace(driver)
  const results = make(space, qwen, driver.card.multiprocessors).map((each) => measured(driver, each, ceilings))
  space.release()
  return results
})
if (values.json) console.log(JSON.stringify({ card: driver.card, ceilings, kernels: rows }))
else {
  const rate = `copy ${(ceilings.bytes / 1e9).toFixed(0)} GB/s, product ${(ceilings.operations / 1e12).toFixed(0)} TFLOP/s`
  console.log(`${driver.card.name}, ${driver.card.multiprocessors} multiprocessors: ${rate}`)
  console.table(rows)
}
driver.dispose()
