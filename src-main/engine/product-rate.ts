import type { Executor } from './executor.ts'
import { input, program } from './graph.ts'
import { matmul } from './ops/matmul.ts'

const size = 1024

/**
 * Floating-point operations per second of a product of two 1024 × 1024 matrices: what the machine gives at best. The shortest of
 * `repeats` runs counts, after one to warm up: other work on the machine only ever adds.
 */
export async function productRate(executor: Executor, repeats: number): Promise<number> {
  const compiled = await executor.compile(
    program('product', { c: matmul(input('a', [size, size]), input('b', [size, size])) }),
  )
  const matrix = { shape: [size, size], data: new Float32Array(size * size).fill(0.5) }
  let shortestMs = Number.POSITIVE_INFINITY
  for (let run = 0; run <= repeats; run++) {
    const start = performance.now()
    await compiled.run({ a: matrix, b: matrix })
    if (run > 0) shortestMs = Math.min(shortestMs, performance.now() - start)
  }
  await compiled.release()
  return (2 * size ** 3) / (shortestMs / 1000)
}
