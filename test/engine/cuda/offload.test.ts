/** Moments in the host's memory: the order of copies and launches, the same numbers, checkpoints. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Executor } from '../../../src-main/engine/executor.ts'
import { createCudaExecutor } from '../../../src-main/engine/executors/cuda/executor.ts'
import { turnsOf } from '../../../src-main/engine/executors/cuda/lower/turns.ts'
import { adamwInputs, adamwProgram } from '../../../src-main/engine/optim.ts'
import { createPolicy, type LocalPolicy } from '../../../src-main/model/create-policy.ts'
import { EmulatingDriver } from '../../helpers/cuda-driver/emulating.ts'
import { RecordingDriver } from '../../helpers/cuda-driver/recording.ts'
import { emulationMissing } from '../../helpers/cuda-emulator/compile.ts'
import { normals } from '../conformance/entry.ts'

const groups = { weights: 'policy', gradients: 'gradient', moments: ['exp_avg', 'exp_avg_sq'] } as const
const parameters = [
  { name: 'bias', shape: [7] },
  { name: 'embedding', shape: [640, 512] },
  { name: 'norm', shape: [129] },
]
const scalars = { learningRate: 0.02, betas: [0.9, 0.95], eps: 1e-6, weightDecay: 0.1, gradientScale: 0.7 } as const

function fill(executor: Executor, offloaded: boolean): void {
  for (const [seed, { name, shape }] of parameters.entries()) {
    executor.createState(`policy/${name}`, normals(shape, seed))
    executor.createState(`gradient/${name}`, normals(shape, 10 + seed))
    for (const group of groups.moments) executor.createState(`${group}/${name}`, { shape, offloaded })
  }
}

test('turns hold every element once, none more than its place, at places that vectors can be read from', () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 300_000 }), { maxLength: 12 })
  fc.assert(
    fc.property(sizes, (all) => {
      const turns = turnsOf(all, true)
      const places = turns.flatMap(({ segments }) => segments)
      for (const [tensor, size] of all.entries()) {
        const own = places.filter((segment) => segment.tensor === tensor)
        let end = 0
        for (const { start, elements } of own) {
          expect(start).toBe(end)
          end += elements
        }
        expect(end).toBe(size)
      }
      expect(places.every(({ start, place }) => start % 64 === 0 && place % 64 === 0)).toBe(true)
      for (const { segments, elements } of turns)
        for (const [index, { place }] of segments.entries())
          expect((segments[index + 1]?.place ?? elements) - place).toBeGreaterThanOrEqual(segments[index]!.elements)
      expect(turns.length).toBeLessThanOrEqual(18)
    }),
  )
  expect(turnsOf([10, 20_000_000], false)).toHaveLength(1)
})

test('each turn is copied in while the one before computes, and back while the next does; a step is one recording', async () => {
  const driver = new RecordingDriver()
  const executor = createCudaExecutor(driver)
  fill(executor, true)
  const compiled = await executor.compile(adamwProgram(parameters, groups))
  const run = (step: number) => compiled.run(adamwInputs({ ...scalars, step }))
  await run(1)
  driver.work.length = 0
  await run(2)
  await run(3)
  expect([driver.recordings, driver.replays]).toEqual([1, 2])
  const work = driver.work.filter(({ kind }) => kind !== 'upload')
  // The driver refuses copies that race with a launch; that nothing waits for more than it must is seen here.
  const step = work.slice(0, work.length / 2)
  const copies = (stream: 'upload' | 'download') => step.filter((event) => event.stream === stream)
  const launches = step.flatMap((event, place) => (event.kind === 'launch' ? [{ ...event, place }] : []))
  expect(launches.length).toBeGreaterThan(15)
  for (const [turn, launch] of launches.slice(0, -1).entries()) {
    const before = launches[turn - 1]
    const between = (from: number, to: number, stream: 'upload' | 'download') =>
      step.slice(from, to).filter((event) => event.stream === stream)
    const incoming = between(before?.place ?? 0, launch.place, 'upload').filter(
      ({ index }) => index >= launch.after.upload,
    )
    expect(incoming.length).toBeGreaterThan(0)
    expect(incoming.every(({ after }) => after.compute <= launch.index)).toBe(true)
    const outgoing = between(launch.place, launches[turn + 1]!.place, 'download')
    expect(outgoing.length).toBeGreaterThan(0)
    expect(outgoing.every(({ after }) => after.compute === launch.index + 1)).toBe(true)
  }
  const moments = parameters.reduce((sum, { shape }) => sum + shape.reduce((n, size) => n * size, 8), 0)
  const bytes = (stream: 'upload' | 'download') => copies(stream).reduce((sum, { writes }) => sum + writes[0]!.bytes, 0)
  expect([bytes('upload'), bytes('download')]).toEqual([moments, moments])
  expect(executor.memory.offloaded).toBeGreaterThanOrEqual(moments)
  await executor.dispose()
})

const missing = emulationMissing()

describe.skipIf(missing)(`offloaded moments, emulated${missing ? ` (skipped: ${missing})` : ''}`, () => {
  test('weights and moments are those of a step on the card, bit for bit, after three steps', async () => {
    const results = await Promise.all(
      [false, true].map(async (offloaded) => {
        const executor = createCudaExecutor(new EmulatingDriver())
        fill(executor, offloaded)
        const compiled = await executor.compile(adamwProgram(parameters, groups))
        for (const step of [1, 2, 3]) await compiled.run(adamwInputs({ ...scalars, step }))
        const names = ['policy', ...groups.moments].flatMap((group) => parameters.map(({ name }) => `${group}/${name}`))
        const read = names.map((name) => executor.readState(name).data)
        const { used, offloaded: onHost } = executor.memory
        await executor.dispose()
        return { read, used, onHost }
      }),
    )
    const [kept, offloaded] = results as [(typeof results)[0], (typeof results)[0]]
    expect(offloaded.read).toEqual(kept.read)
    expect(kept.onHost).toBe(0)
    expect(offloaded.onHost).toBeGreaterThanOrEqual(8 * (640 * 512 + 7 + 129))
    expect(kept.used - offloaded.used).toBeGreaterThanOrEqual(8 * 640 * 512)
  }, 120_000)

  test('a checkpoint of one goes on in the other: moments are saved and restored', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'quiver-offload-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const model = join(import.meta.dirname, '../../fixtures/models/qwen2-tied')
    const open = async (offloadOptimizer: boolean) => {
      const executor = createCudaExecutor(new EmulatingDriver())
      const policy = await createPolicy({ folder: model, executor, offloadOptimizer })
      onTestFinished(() => policy.dispose())
      return { executor, policy, step: () => trainStep(policy) }
    }
    const first = await open(true)
    await first.step()
    await first.policy.save(folder)
    await first.policy.saveOptimizer(folder)
    const weights = await first.step()
    for (const offloaded of [false, true]) {
      const { executor, policy, step } = await open(offloaded)
      await policy.loadWeights(folder)
      await policy.loadOptimizer(folder)
      expect(executor.memory.offloaded > 0).toBe(offloaded)
      expect(await step()).toEqual(weights)
      expect(executor.memory.offloaded > 0).toBe(offloaded)
    }
  }, 120_000)
})

/** One step on fixed rows; returns the logits after it. */
async function trainStep(policy: LocalPolicy) {
  const rows = {
    tokens: Int32Array.of(5, 9, 200, 17),
    promptLengths: Int32Array.of(1),
    responseLengths: Int32Array.of(3),
  }
  await policy.forward(rows, 1)
  await policy.backward(Float32Array.of(-1, 0.5, -0.25), new Float32Array(3))
  await policy.optimizerStep({ learningRate: 1e-3, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0, maxGradNorm: 1 })
  return (await policy.logits(rows)).logits
}
