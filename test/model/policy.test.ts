/** What must be equal whatever the batching, the cache or the padding. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createPolicy, type LocalPolicy } from '../../src-main/model/create-policy.ts'
import type { GenerateRequest, Generation, TokenRows } from '../../src-main/model/policy.ts'
import { UserError } from '../../src-main/util/assert.ts'

const folder = join(import.meta.dirname, '../fixtures/models/qwen2-tied')
const adamw = { learningRate: 1e-3, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0.1, maxGradNorm: 1 } as const
const base: GenerateRequest = {
  prompts: [
    [5, 9, 200, 17, 4],
    [300, 2],
    [5, 9, 200, 17, 4],
    [7, 8, 9, 10, 11, 12, 13, 14],
  ].map((ids) => Int32Array.from(ids)),
  temperature: 0.8,
  topP: 1,
  topK: 0,
  maxTokens: 70,
  stop: [],
  seed: 11,
  step: 3,
}

let policy: LocalPolicy
let generation: Generation
beforeAll(async () => {
  policy = await createPolicy({ folder, threads: 2 })
  generation = await policy.generate(base)
})
afterAll(() => policy.dispose())

function largest(left: ArrayLike<number>, right: ArrayLike<number>): number {
  expect(left.length).toBe(right.length)
  return Array.from(left).reduce((worst, x, i) => Math.max(worst, Math.abs(x - right[i]!)), 0)
}

/** Rows `picked` of ragged rows, and where their response tokens lie in the flat statistics. */
function subset({ tokens, promptLengths, responseLengths }: TokenRows, picked: readonly number[]) {
  const lengths = Array.from(promptLengths, (length, row) => length + responseLengths[row]!)
  const startOf = (row: number, sizes: ArrayLike<number>) =>
    Array.from(sizes)
      .slice(0, row)
      .reduce((a, b) => a + b, 0)
  const rows: TokenRows = {
    tokens: Int32Array.from(
      picked.flatMap((row) => [...tokens.slice(startOf(row, lengths), startOf(row, lengths) + lengths[row]!)]),
    ),
    promptLengths: Int32Array.from(picked, (row) => promptLengths[row]!),
    responseLengths: Int32Array.from(picked, (row) => responseLengths[row]!),
  }
  const places = picked.flatMap((row) =>
    Array.from({ length: responseLengths[row]! }, (_, i) => startOf(row, responseLengths) + i),
  )
  return { rows, places }
}

const gradientsOf = () => [...policy.readGradients().values()].flatMap(({ data }) => [...data])

test('the statistics of cached decoding are those of scoring the whole text', async () => {
  const scored = await policy.score(generation.rows, base.temperature, 'policy')
  expect(largest(scored.logprobs, generation.logprobs)).toBeLessThan(2e-5)
  expect(largest(scored.entropies, generation.entropies)).toBeLessThan(2e-5)
})

test('second-order statistics are those of the logits', async () => {
  const { rows } = subset(generation.rows, [1])
  const moments = await policy.moments(rows, 0.8)
  const { logits } = await policy.logits(rows)
  const vocabulary = logits.length / rows.tokens.length
  const first = rows.promptLengths[0]! - 1
  const expected = Array.from(moments.squares, (_, token) => {
    const start = (first + token) * vocabulary
    const z = Array.from(logits.subarray(start, start + vocabulary), (logit) => logit / 0.8)
    const total = Math.log(z.reduce((sum, logit) => sum + Math.exp(logit), 0))
    const logs = z.map((logit) => logit - total)
    const entropy = -logs.reduce((sum, log) => sum + Math.exp(log) * log, 0)
    return [2, 3].map((power) => logs.reduce((sum, log) => sum + Math.exp(power * log) * (log + entropy), 0))
  })
  expect(
    largest(
      moments.squares,
      expected.map(([square]) => square!),
    ),
  ).toBeLessThan(1e-6)
  expect(
    largest(
      moments.cubes,
      expected.map(([, cube]) => cube!),
    ),
  ).toBeLessThan(1e-6)
})

test('one seed gives one text, another seed another', async () => {
  expect((await policy.generate(base)).rows).toEqual(generation.rows)
  expect((await policy.generate({ ...base, seed: 12 })).rows).not.toEqual(generation.rows)
  expect((await policy.generate({ ...base, step: 4 })).rows).not.toEqual(generation.rows)
})

test('equal prompts under other row ids draw apart', () => {
  const { rows } = subset(generation.rows, [0, 2])
  expect(rows.tokens.slice(0, 12)).not.toEqual(rows.tokens.slice(rows.tokens.length / 2, rows.tokens.length / 2 + 12))
})

test("batch-mates do not change a row's text", async () => {
  const alone = await policy.generate({ ...base, prompts: [base.prompts[1]!], rowIds: Int32Array.of(1) })
  expect(alone.rows).toEqual(subset(generation.rows, [1]).rows)
  const turned = await policy.generate({
    ...base,
    prompts: base.prompts.toReversed(),
    rowIds: Int32Array.of(3, 2, 1, 0),
  })
  expect(turned.rows).toEqual(subset(generation.rows, [3, 2, 1, 0]).rows)
})

test("batch-mates do not change a row's statistics", async () => {
  const whole = await policy.score(generation.rows, 1, 'policy')
  for (const picked of [[1], [3, 0]]) {
    const { rows, places } = subset(generation.rows, picked)
    const some = await policy.score(rows, 1, 'policy')
    expect(
      largest(
        some.logprobs,
        places.map((place) => whole.logprobs[place]!),
      ),
    ).toBeLessThan(1e-5)
    expect(
      largest(
        some.entropies,
        places.map((place) => whole.entropies[place]!),
      ),
    ).toBeLessThan(1e-5)
  }
})

test('micro-batches accumulate to the gradient of the whole batch', async () => {
  const dLogprobs = generation.logprobs.map((_, i) => Math.sin(i) / 10)
  const dEntropies = generation.logprobs.map((_, i) => Math.cos(3 * i) / 20)
  await policy.forward(generation.rows, 0.9)
  await policy.backward(dLogprobs, dEntropies)
  const whole = gradientsOf()
  await policy.clearGradients()
  for (const picked of [[2, 1], [3], [0]]) {
    const { rows, places } = subset(generation.rows, picked)
    await policy.forward(rows, 0.9)
    const pick = (all: Float32Array) => Float32Array.from(places, (place) => all[place]!)
    await policy.backward(pick(dLogprobs), pick(dEntropies))
  }
  const scale = Math.max(...whole.map(Math.abs))
  expect(largest(gradientsOf(), whole) / scale).toBeLessThan(1e-5)
  await policy.clearGradients()
})

test('an absent entropy cotangent is a zero one', async () => {
  const dLogprobs = generation.logprobs.map((_, i) => Math.sin(i))
  await policy.forward(generation.rows, 1)
  await policy.backward(dLogprobs, undefined)
  const absent = gradientsOf()
  await policy.clearGradients()
  await policy.forward(generation.rows, 1)
  await policy.backward(dLogprobs, new Float32Array(dLogprobs.length))
  expect(largest(gradientsOf(), absent) / Math.max(...absent.map(Math.abs))).toBeLessThan(1e-5)
  await policy.clearGradients()
})

test('top-k 1 and a tiny top-p both give the greedy text; statistics stay those of the whole distribution', async () => {
  const request = { ...base, maxTokens: 12 }
  const greedy = await policy.generate({ ...request, greedy: true })
  for (const cut of [{ topK: 1 }, { topP: 1e-6 }]) {
    const { rows, logprobs, entropies } = await policy.generate({ ...request, ...cut })
    expect(rows).toEqual(greedy.rows)
    expect(largest(logprobs, greedy.logprobs)).toBeLessThan(1e-6)
    expect(largest(entropies, greedy.entropies)).toBeLessThan(1e-6)
  }
})

test('top-p and top-k draw only from the head of the distribution, at its renormalised rates', async () => {
  const prompts = Array.from({ length: 400 }, () => base.prompts[0]!)
  const { rows } = await policy.generate({ ...base, prompts, topK: 3, temperature: 0.3, maxTokens: 1 })
  const drawn = Array.from({ length: 400 }, (_, row) => rows.tokens[row * 6 + 5]!)
  const counts = Map.groupBy(drawn, (id) => id)
  const { logprobs } = await policy.score(
    {
      tokens: Int32Array.from([...counts.keys()].flatMap((id) => [...base.prompts[0]!, id])),
      promptLengths: new Int32Array(counts.size).fill(5),
      responseLengths: new Int32Array(counts.size).fill(1),
    },
    0.3,
    'policy',
  )
  expect(counts.size).toBeLessThanOrEqual(3)
  const total = logprobs.reduce((sum, lp) => sum + Math.exp(lp), 0)
  for (const [index, [, rowsOfId]] of [...counts].entries()) {
    const expected = Math.exp(logprobs[index]!) / total
    expect(Math.abs(rowsOfId.length / 400 - expected)).toBeLessThan(
      4 * Math.sqrt((expected * (1 - expected)) / 400) + 1e-9,
    )
  }
})

test('rows end at eos, at a stop text, at the limit', async () => {
  const text = (await policy.generate({ ...base, prompts: [base.prompts[1]!] })).rows
  const stopped = policy.tokenizer.decode(text.tokens.slice(2, 8))
  const { rows, finishReasons } = await policy.generate({ ...base, prompts: [base.prompts[1]!], stop: [stopped] })
  expect(finishReasons).toEqual(['stop'])
  expect(rows.responseLengths[0]).toBeLessThanOrEqual(6)
  for (const [row, reason] of generation.finishReasons.entries()) {
    const last = subset(generation.rows, [row]).rows.tokens.at(-1)
    expect(reason).toBe(last === 478 ? 'eos' : 'length')
    if (reason === 'length') expect(generation.rows.responseLengths[row]).toBe(base.maxTokens)
  }
})

test('a row that ends early leaves the batch without a trace in the others', async () => {
  const first = policy.tokenizer.decode(generation.rows.tokens.slice(5, 7))
  const { rows } = await policy.generate({ ...base, stop: [first] })
  for (const row of [0, 1, 2, 3]) {
    const short = subset(rows, [row]).rows.tokens
    expect(short).toEqual(subset(generation.rows, [row]).rows.tokens.slice(0, short.length))
  }
  expect(rows.responseLengths[0]).toBe(2)
})

test('a checkpoint that waits holds the generation', async () => {
  let release = () => {}
  let calls = 0
  const gate = new Promise<void>((resolve) => {
    release = resolve
  })
  const held = await createPolicy({ folder, threads: 1, checkpoint: () => (++calls === 3 ? gate : Promise.resolve()) })
  const pending = held.generate(base)
  while (calls < 3) await new Promise((resolve) => setImmediate(resolve))
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(calls).toBe(3)
  release()
  expect((await pending).rows).toEqual(generation.rows)
  await held.dispose()
})

test('the reference stays while the policy moves; saved state resumes exactly', async () => {
  const trained = await createPolicy({ folder, threads: 1 })
  const resumed = await createPolicy({ folder, threads: 1 })
  const temporary = await mkdtemp(join(tmpdir(), 'quiver-policy-'))
  const step = async (target: LocalPolicy) => {
    const { logprobs } = await target.forward(generation.rows, 1)
    await target.backward(
      logprobs.map((_, i) => Math.cos(i) / logprobs.length),
      undefined,
    )
    return target.optimizerStep(adamw)
  }
  try {
    await trained.snapshotReference()
    const before = await trained.score(generation.rows, 1, 'policy')
    await step(trained)
    expect(await trained.score(generation.rows, 1, 'reference')).toEqual(before)
    expect(largest((await trained.score(generation.rows, 1, 'policy')).logprobs, before.logprobs)).toBeGreaterThan(1e-4)
    await trained.save(join(temporary, 'step'))
    await mkdir(join(temporary, 'optimizer'))
    await trained.saveOptimizer(join(temporary, 'optimizer'))
    await resumed.loadWeights(join(temporary, 'step'))
    await resumed.loadOptimizer(join(temporary, 'optimizer'))
    expect(await step(resumed)).toEqual(await step(trained))
    expect(await resumed.score(generation.rows, 1, 'policy')).toEqual(await trained.score(generation.rows, 1, 'policy'))
  } finally {
    await rm(temporary, { recursive: true, force: true })
    await trained.dispose()
    await resumed.dispose()
  }
})

test('a gradient that is not finite skips the update and is cleared', async () => {
  const before = await policy.score(generation.rows, 1, 'policy')
  await policy.forward(generation.rows, 1)
  await policy.backward(new Float32Array(generation.logprobs.length).fill(Number.NaN), undefined)
  expect((await policy.optimizerStep(adamw)).skipped).toBe(true)
  expect(await policy.score(generation.rows, 1, 'policy')).toEqual(before)
  expect(gradientsOf().every((x) => x === 0)).toBe(true)
})

test('rows without a response are fine', async () => {
  const rows = {
    tokens: Int32Array.of(1, 2, 3),
    promptLengths: Int32Array.of(1, 2),
    responseLengths: Int32Array.of(0, 0),
  }
  expect((await policy.forward(rows, 1)).logprobs).toHaveLength(0)
  await policy.backward(new Float32Array(0), undefined)
  expect((await policy.generate({ ...base, prompts: [] })).rows.tokens).toHaveLength(0)
})

test.each([
  ['an id beyond the vocabulary', { prompts: [Int32Array.of(512)] }, /vocabulary/],
  ['an empty prompt', { prompts: [new Int32Array(0)] }, /no tokens/],
  ['too many tokens', { maxTokens: 600 }, /positions/],
  ['a temperature of 0', { temperature: 0 }, /temperature/],
  ['a top_p of 0', { topP: 0 }, /top_p/],
])('generation refuses %s', async (_, change, message) => {
  const failure = await policy.generate({ ...base, ...change }).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(UserError)
  expect((failure as Error).message).toMatch(message)
})
