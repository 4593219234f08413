/** What an update computes and what it can leave out, on the built-in model. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createPolicy, type LocalPolicy } from '../../src-main/model/create-policy.ts'
import type { Policy } from '../../src-main/model/policy.ts'
import { quantile } from '../../src-main/rl/classify.ts'
import { bindMethod } from '../../src-main/rl/methods/map.ts'
import { type Problem, type RolloutGroup, sampleBatch } from '../../src-main/rl/rollout.ts'
import { ProblemSampler } from '../../src-main/rl/sampler.ts'
import { updatePolicy } from '../../src-main/rl/update.ts'
import { resolveModel } from '../../src-main/util/resources.ts'
import { type RunConfigInput, runConfigSchema } from '../../src-preload/contract/config.ts'
import { traceFlags } from '../../src-preload/contract/trace.ts'

let policy: LocalPolicy
beforeAll(async () => {
  policy = await createPolicy({ folder: resolveModel('builtin:arithmetic-1m'), threads: 1 })
})
afterAll(() => policy.dispose())

const control = {
  proceed: () => Promise.resolve(),
  proceedOrStop: () => Promise.resolve(),
  clockMs: () => 0,
  pause: () => {},
  note: () => {},
}

const configOf = (changes: RunConfigInput = {}) =>
  runConfigSchema.parse({
    method: { name: 'grpo' },
    rollout: { prompts_per_step: 2, num_generations: 3, max_completion_length: 12 },
    update: { num_iterations: 1, mini_batch_prompts: 2 },
    ...changes,
  })

const problems: Problem[] = ['12+7=', '3*4='].map((prompt) => ({
  id: prompt,
  prompt,
  promptIds: policyPrompt(prompt),
  answer: '19',
}))

function policyPrompt(prompt: string): Int32Array {
  return Int32Array.from(prompt, (_, index) => 10 + index)
}

/** Two sampled groups; responses count as correct by the parity of their place when `spread`, else all. */
async function sampled(config = configOf(), spread = true): Promise<readonly RolloutGroup[]> {
  let place = 0
  const batch = await sampleBatch(
    {
      config,
      policy,
      tokenizer: policy.tokenizer,
      sampler: new ProblemSampler([problems], 1, { stage: 0, cursor: 0 }),
      verify: async (items) =>
        items.map(() => {
          const correct = !spread || place++ % 2 === 0
          return { correct, score: Number(correct), extracted: null, reason: '' }
        }),
      control,
    },
    1,
  )
  for (const { rollouts } of batch.groups)
    for (const rollout of rollouts) rollout.advantage = spread ? rollout.reward - 0.5 : 0
  return batch.groups
}

/** The real policy, with the names of the calls that reach it. */
function watched(): { policy: Policy; calls: string[] } {
  const calls: string[] = []
  const proxy = new Proxy(policy as Policy, {
    get: (target, name: keyof Policy) => {
      const method = target[name] as (...input: unknown[]) => unknown
      return (...input: unknown[]) => {
        calls.push(name)
        return method.apply(target, input)
      }
    },
  })
  return { policy: proxy, calls }
}

async function update(groups: readonly RolloutGroup[], config = configOf()) {
  const { policy, calls } = watched()
  const metrics = await updatePolicy({ config, policy, method: bindMethod(config.method), control }, groups, 1)
  return { metrics, calls }
}

test('old log-probabilities are those of the sampling: one forward and one backward pass', async () => {
  const { metrics, calls } = await update(await sampled())
  expect(calls).toEqual(['forward', 'backward', 'optimizerStep'])
  expect(metrics.rollout_train_gap).toBeGreaterThan(0)
  expect(metrics.rollout_train_gap).toBeLessThan(1e-5)
})

test('rows of zero advantage take no backward pass', async () => {
  const { metrics, calls } = await update(await sampled(configOf(), false))
  expect(calls).toEqual(['forward', 'optimizerStep'])
  expect(metrics.grad_norm).toBe(0)
  const groups = await sampled()
  for (const rollout of groups[0]!.rollouts) rollout.advantage = 0
  expect((await update(groups)).calls).toEqual(['forward', 'backward', 'forward', 'optimizerStep'])
})

test('responses dropped for their length are counted, marked and leave no gradient', async () => {
  const config = configOf({ reward: { drop_truncated_completions: true } })
  const dropped = (group: number, place: number) => group === 0 && place === 0
  const cut = (groups: readonly RolloutGroup[]) =>
    groups.map((group, index) => ({
      ...group,
      rollouts: group.rollouts.map((rollout, place) => ({
        ...rollout,
        finishReason: dropped(index, place) ? ('length' as const) : ('eos' as const),
      })),
    }))
  const groups = cut(await sampled(config))
  const { metrics } = await update(groups, config)
  expect(metrics['completions/dropped_truncated']).toBe(1)
  for (const [index, { rollouts }] of groups.entries())
    for (const [place, { flags }] of rollouts.entries())
      expect(flags.every((flag) => (flag & traceFlags.masked) !== 0)).toBe(dropped(index, place))
  expect((await update(cut(await sampled()))).metrics).not.toHaveProperty('completions/dropped_truncated')
})

test('a KL weight takes the backward pass back', async () => {
  const config = configOf({ method: { name: 'grpo', beta: 0.1 } })
  const groups = await sampled(config, false)
  for (const rollout of groups.flatMap(({ rollouts }) => rollouts))
    rollout.referenceLogprobs = rollout.rolloutLogprobs.map((logprob) => logprob - 0.1)
  expect((await update(groups, config)).calls).toEqual(['forward', 'backward', 'optimizerStep'])
})

test('the full KL comes with the statistics, in one pass and with a statistics pass, and takes the backward pass', async () => {
  await policy.snapshotReference()
  const cut = { num_iterations: 1, mini_batch_prompts: 2, micro_batch_tokens: 60 }
  const updated = async (method: RunConfigInput['method'], spread: boolean) => {
    const config = configOf({ method, update: cut })
    const groups = await sampled(config, spread)
    for (const rollout of groups.flatMap(({ rollouts }) => rollouts))
      rollout.referenceLogprobs = rollout.rolloutLogprobs
    return update(groups, config)
  }
  const grpo = { name: 'grpo', beta: 0.1, kl_estimator: 'full' } as const
  const atReference = await updated(grpo, true)
  expect(Math.abs(atReference.metrics['kl/full']!)).toBeLessThan(1e-6)
  const [one, whole] = [await updated(grpo, false), await updated({ name: 'sent', kl_estimator: 'full' }, false)]
  for (const { metrics, calls } of [one, whole]) {
    expect(metrics['kl/full']).toBeGreaterThan(1e-6)
    expect(calls).toContain('backward')
  }
  expect(one.calls).not.toContain('score')
  expect(whole.calls.slice(0, 2)).toEqual(['score', 'score'])
})

test.each([
  ['always', 0.01, ['score', 'forward', 'backward', 'optimizerStep'], 0],
  ['auto', 0, ['forward', 'score', 'backward', 'optimizerStep'], 0],
  ['auto', 1, ['forward', 'backward', 'optimizerStep'], undefined],
  ['never', 0, ['forward', 'backward', 'optimizerStep'], undefined],
] as const)('old_logprobs %s with threshold %s', async (old_logprobs, old_logprobs_threshold, expected, approxKl) => {
  const config = configOf({
    update: { num_iterations: 1, mini_batch_prompts: 2, old_logprobs, old_logprobs_threshold },
  })
  const groups = await sampled(config)
  const { metrics, calls } = await update(groups, config)
  expect(calls).toEqual(expected)
  expect(
    groups.every(({ rollouts }) =>
      rollouts.every(({ oldLogprobs }) => !oldLogprobs === !expected.includes('score' as never)),
    ),
  ).toBe(true)
  if (approxKl === undefined) expect(metrics.approx_kl).not.toBe(0)
  else expect(metrics.approx_kl).toBeCloseTo(approxKl, 7)
})

test('a statistics pass comes first only where a method looks across micro-batches', async () => {
  const cut = { num_iterations: 1, mini_batch_prompts: 2, micro_batch_tokens: 60 }
  const callsOf = async (method: RunConfigInput['method']) => {
    const config = configOf({ method, update: cut })
    return (await update(await sampled(config), config)).calls
  }
  expect(await callsOf({ name: 'grpo' })).not.toContain('score')
  const [first, second] = await callsOf({ name: 'clip_cov' })
  expect([first, second]).toEqual(['score', 'score'])
  const mask = { name: 'entropy_mask', entropy_scope: 'micro-batch' } as const
  expect((await callsOf(mask)).slice(0, 2)).toEqual(['score', 'score'])
  expect(await callsOf({ ...mask, denominator: 'all' })).not.toContain('score')
})

test('a threshold for each micro-batch is that of its rows, with a statistics pass and without', async () => {
  const thresholdOf = async (denominator: 'selected' | 'all', micro_batch_tokens: number) => {
    const method = { name: 'entropy_mask', entropy_scope: 'micro-batch', denominator } as const
    const config = configOf({ method, update: { num_iterations: 1, mini_batch_prompts: 2, micro_batch_tokens } })
    const groups = await sampled(config)
    const { metrics } = await update(groups, config)
    const rows = groups.flatMap(({ rollouts }) => rollouts.map(({ rolloutEntropies }) => rolloutEntropies))
    const quantiles = rows.map((entropies) => quantile(entropies, 0.8))
    const mean = quantiles.reduce((sum, value) => sum + value, 0) / rows.length
    return {
      recorded: metrics.entropy_threshold!,
      perRow: mean,
      whole: quantile(
        rows.flatMap((row) => [...row]),
        0.8,
      ),
    }
  }
  for (const denominator of ['selected', 'all'] as const) {
    const [apart, together] = [await thresholdOf(denominator, 1), await thresholdOf(denominator, 1000)]
    expect(apart.recorded).toBeCloseTo(apart.perRow, 4)
    expect(together.recorded).toBeCloseTo(together.whole, 4)
    expect(Math.abs(apart.recorded - together.recorded)).toBeGreaterThan(1e-3)
  }
})

test('a group is verified while others still grow', async () => {
  let generating = false
  const proxy = new Proxy(policy as Policy, {
    get: (target, name: keyof Policy) => {
      if (name !== 'generate') return target[name]
      const generate: Policy['generate'] = async (request, onRow) => {
        generating = true
        const generation = await target.generate(request, onRow)
        generating = false
        return generation
      }
      return generate
    },
  })
  const during: boolean[] = []
  const config = configOf({
    rollout: { prompts_per_step: 2, num_generations: 3, max_completion_length: 12, max_num_seqs: 3 },
  })
  const verify = async (items: readonly { response: string }[]) => {
    during.push(generating)
    return items.map(({ response }) => ({ correct: false, score: 0, extracted: response, reason: '' }))
  }
  const sampler = new ProblemSampler([problems], 1, { stage: 0, cursor: 0 })
  const sources = { config, policy: proxy, tokenizer: policy.tokenizer, sampler, verify, control }
  const { groups } = await sampleBatch(sources, 1)
  expect(during).toEqual([true, true])
  // Whichever group ends first, groups and responses keep their places and their own verdicts.
  expect(new Set(groups.map(({ problem }) => problem.id)).size).toBe(2)
  for (const { text, verdict } of groups.flatMap(({ rollouts }) => rollouts)) expect(verdict.extracted).toBe(text)
})
