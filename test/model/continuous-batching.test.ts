/** Waiting prompts take the place of finished rows, and nobody can tell from the text. */
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { createOrtExecutor } from '../../src-main/engine/executors/ort/executor.ts'
import { createPolicy, type LocalPolicy } from '../../src-main/model/create-policy.ts'
import type { GeneratedRow, GenerateRequest } from '../../src-main/model/policy.ts'
import { startPolicyWorker } from '../../src-main/model/policy-client.ts'

const folder = join(import.meta.dirname, '../fixtures/models/qwen2-tied')
/** Groups of three over prompts of several lengths, the longest of them late. */
const prompts = [4, 2, 7, 1, 60, 5].flatMap((length, group) => {
  const prompt = Int32Array.from({ length }, (_, place) => 10 + group * 40 + place)
  return [prompt, prompt, prompt]
})
const request: GenerateRequest = {
  prompts,
  temperature: 1,
  topP: 1,
  topK: 0,
  maxTokens: 24,
  stop: ['e', 'a'],
  seed: 5,
  step: 1,
}

let policy: LocalPolicy
beforeAll(async () => {
  policy = await createPolicy({ folder, threads: 1 })
})
afterAll(() => policy.dispose())

function largestGap(left: Float32Array, right: Float32Array): number {
  expect(left.length).toBe(right.length)
  return left.reduce((worst, x, index) => Math.max(worst, Math.abs(x - right[index]!)), 0)
}

test('rows that wait for a place draw the text they would draw beside all others', async () => {
  const together = await policy.generate(request)
  expect(new Set(together.rows.responseLengths).size).toBeGreaterThan(3)
  for (const maxSequences of [1, 2, 4, 7]) {
    const inTurns = await policy.generate({ ...request, maxSequences })
    expect(inTurns.rows).toEqual(together.rows)
    expect(inTurns.finishReasons).toEqual(together.finishReasons)
    expect(largestGap(inTurns.logprobs, together.logprobs)).toBeLessThan(1e-5)
    expect(largestGap(inTurns.entropies, together.entropies)).toBeLessThan(1e-5)
  }
})

test('an executor that shares prompts among rows draws the same text, whoever joins and leaves', async () => {
  const executor = Object.assign(createOrtExecutor({ threads: 1 }), { sharesPrompts: true })
  const shared = await createPolicy({ folder, executor })
  onTestFinished(() => shared.dispose())
  const apart = await policy.generate(request)
  for (const more of [{}, { maxSequences: 1 }, { maxSequences: 4 }, { maxSequences: 7 }]) {
    const together = await shared.generate({ ...request, ...more })
    expect(together.rows).toEqual(apart.rows)
    expect(largestGap(together.logprobs, apart.logprobs)).toBeLessThan(1e-5)
    expect(largestGap(together.entropies, apart.entropies)).toBeLessThan(1e-5)
  }
  for (const name of ['cache/keys.0', 'prompts/keys.0', 'prompt0/keys.0', 'cache/none'])
    expect(executor.hasState(name)).toBe(false)
})

test('every row is told of once, when it finishes, with its part of the result', async () => {
  const told: GeneratedRow[] = []
  const { rows, logprobs, finishReasons } = await policy.generate({ ...request, maxSequences: 4 }, (row) =>
    told.push(row),
  )
  expect(told.map(({ index }) => index)).not.toEqual(told.map(({ index }) => index).toSorted((a, b) => a - b))
  const inOrder = told.toSorted((a, b) => a.index - b.index)
  expect(inOrder.map(({ index }) => index)).toEqual(prompts.map((_, index) => index))
  expect(inOrder.map(({ finishReason }) => finishReason)).toEqual(finishReasons)
  expect(inOrder.flatMap((row) => [...row.logprobs])).toEqual([...logprobs])
  expect(inOrder.flatMap(({ tokens, index }) => [...prompts[index]!, ...tokens])).toEqual([...rows.tokens])
})

test('a policy in its own thread tells of the same rows while it generates', async () => {
  const worker = await startPolicyWorker({ folder, threads: 1 })
  const told: GeneratedRow[] = []
  const { rows } = await worker.policy.generate({ ...request, maxSequences: 4 }, (row) => told.push(row))
  expect(told.length).toBe(prompts.length)
  expect(rows).toEqual((await policy.generate(request)).rows)
  await worker.policy.dispose()
})

test('rows are seen after every token, and an end between two tokens leaves the policy as it was', async () => {
  const whole = await policy.generate(request)
  const lengths: number[] = []
  const again = await policy.generate(request, undefined, (rows) => lengths.push(rows[0]!.length))
  expect(again.rows).toEqual(whole.rows)
  expect(lengths.slice(0, 3)).toEqual([1, 2, 3])

  let draws = 0
  const ending = await createPolicy({
    folder,
    threads: 1,
    frozen: true,
    checkpoint: async () => {
      if (draws === 3) throw new Error('ended')
    },
  })
  onTestFinished(() => ending.dispose())
  await expect(ending.generate(request, undefined, () => draws++)).rejects.toThrow('ended')
  draws = Number.NEGATIVE_INFINITY
  expect((await ending.generate(request)).rows).toEqual(whole.rows)
})
