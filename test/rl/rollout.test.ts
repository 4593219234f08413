/** Dynamic sampling: groups without spread make room for others, up to a number of rounds. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createPolicy, type LocalPolicy } from '../../src-main/model/create-policy.ts'
import { stepRecord } from '../../src-main/rl/record.ts'
import { type Problem, sampleBatch } from '../../src-main/rl/rollout.ts'
import { ProblemSampler } from '../../src-main/rl/sampler.ts'
import { resolveModel } from '../../src-main/util/resources.ts'
import { type RunConfigInput, runConfigSchema } from '../../src-preload/contract/config.ts'
import { unpackTrace } from '../../src-preload/contract/trace.ts'

let policy: LocalPolicy
beforeAll(async () => {
  policy = await createPolicy({ folder: resolveModel('builtin:arithmetic-1m'), threads: 1 })
})
afterAll(() => policy.dispose())

const problems: Problem[] = Array.from({ length: 4 }, (_, index) => ({
  id: `p${index}`,
  prompt: '',
  promptIds: Int32Array.of(10, 11 + index),
  answer: String(index),
}))

/** Samples a batch of two groups of two, where the answers in `spread` get one right and one wrong response. */
async function sampled(
  spread: readonly string[],
  rollout: RunConfigInput['rollout'],
  reward: object = {},
  trace: RunConfigInput['trace'] = {},
) {
  const config = runConfigSchema.parse({
    rollout: { prompts_per_step: 2, num_generations: 2, max_completion_length: 4, ...rollout },
    reward,
    trace,
  })
  const notes: string[] = []
  const control = {
    proceed: () => Promise.resolve(),
    proceedOrStop: () => Promise.resolve(),
    clockMs: () => 0,
    pause: () => {},
    note: (_: string, message: string) => void notes.push(message),
  }
  const batch = await sampleBatch(
    {
      config,
      policy,
      tokenizer: policy.tokenizer,
      sampler: new ProblemSampler([problems], 1, { stage: 0, cursor: 0 }),
      verify: async (items) =>
        items.map(({ answer }, place) => {
          const correct = !spread.includes(answer) || place === 0
          return { correct, score: Number(correct), extracted: null, reason: '' }
        }),
      control,
    },
    1,
  )
  return {
    ...batch,
    notes,
    kept: batch.groups.filter(({ filtered }) => !filtered).map(({ problem }) => problem.answer),
  }
}

test('a refill draws prompts until the batch is full of groups with spread', async () => {
  const { groups, rounds, kept, notes } = await sampled(['2', '3'], { group_filter: 'refill', max_gen_batches: 10 })
  expect([...kept].sort()).toEqual(['2', '3'])
  expect(rounds).toBeGreaterThan(1)
  expect(groups.length).toBeGreaterThan(2)
  expect(notes).toEqual([])
  // Later rounds draw only what is missing, so no group beyond the batch is ever made.
  expect(groups.at(-1)!.filtered).toBe(false)
})

test('a refill that finds too few groups goes on with what there is and says so', async () => {
  const { rounds, kept, notes, groups } = await sampled(['1'], { group_filter: 'refill', max_gen_batches: 2 })
  expect(rounds).toBe(2)
  expect(new Set(kept).size).toBeLessThan(2)
  expect(groups.length).toBeLessThanOrEqual(4)
  expect(notes).toEqual([expect.stringMatching(/^After 2 sampling rounds [01] of 2 groups/)])
})

test('dropping draws once; keeping filters nothing; the test is on accuracy, never on the shaped reward', async () => {
  const dropped = await sampled(
    [],
    { group_filter: 'drop' },
    { overlong_buffer_length: 4, overlong_penalty_factor: 0.5 },
  )
  expect([dropped.rounds, dropped.kept]).toEqual([1, []])
  const rewards = dropped.groups.flatMap(({ rollouts }) => rollouts.map(({ reward }) => reward))
  expect(Math.min(...rewards)).toBeLessThan(1)
  expect((await sampled([], { group_filter: 'keep' })).kept).toHaveLength(2)
  expect(dropped.notes).toEqual([])
})

test('a traced step stores the likeliest tokens where the run asks for them', async () => {
  const trace = { top_k: 3 }
  const batch = await sampled(['0'], {}, {}, trace)
  const { groups } = stepRecord(runConfigSchema.parse({ trace }), 1, batch, {})
  const stored = unpackTrace(groups[0]!.rollouts[0]!.trace!)
  const { count, ids, logprobs, texts } = stored.alternatives!
  expect([count, ids.length, logprobs.length]).toEqual([3, 3 * stored.ids.length, 3 * stored.ids.length])
  for (const id of ids) expect(texts.get(id)).toBe(policy.tokenizer.decode([id], { skipSpecialTokens: false }))
  expect(logprobs.every((value, place) => place % 3 === 0 || value <= logprobs[place - 1]!)).toBe(true)
  const untraced = await sampled(['0'], {}, {}, { top_k: 3, every: 2 })
  expect(untraced.groups[0]!.rollouts[0]!.alternatives).toBeUndefined()
  expect(untraced.groups[0]!.rollouts[0]!.ids).toEqual(batch.groups[0]!.rollouts[0]!.ids)
})
