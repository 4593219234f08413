import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPolicy, type LocalPolicy } from '../../src-main/model/create-policy.ts'
import { loadTokenizer, type Tokenizer } from '../../src-main/model/tokenizer.ts'
import { loadProblems } from '../../src-main/rl/problems.ts'
import type { Problem } from '../../src-main/rl/rollout.ts'
import { type AnsweredResponse, semanticEntropy } from '../../src-main/rl/semantic-entropy.ts'
import { type PassRecord, semanticEntropyPass } from '../../src-main/rl/semantic-entropy-pass.ts'
import { numeric } from '../../src-main/tasks/verify/numeric.ts'
import { resolveDataset, resolveModel } from '../../src-main/util/resources.ts'
import { runConfigSchema } from '../../src-preload/contract/config.ts'
import { type PromptEntropy, passSettings } from '../../src-preload/contract/curriculum.ts'

const sampled = (answer: string | null, logprob = -1, tokens = 1): AnsweredResponse => ({
  answer,
  correct: false,
  logprob,
  tokens,
})
const entropyOf = (answers: readonly (string | null)[]): number =>
  semanticEntropy(
    answers.map((answer) => sampled(answer)),
    'counts',
  ).entropy

describe('semantic entropy of a prompt', () => {
  test('counts: the reference vectors', () => {
    expect(entropyOf(['a', 'a', 'b', 'c'])).toBeCloseTo(1.039720771, 9)
    expect(entropyOf(['a', 'a', 'a'])).toBe(0)
    expect(entropyOf(['1', '2', '3', '4', '5', '6', '7', '8'])).toBeCloseTo(2.079441542, 9)
    expect(entropyOf([])).toBe(0)
  })

  test('likelihood: the reference vector, also where the probabilities underflow', () => {
    const answers = ['a', 'a', 'b', 'c']
    for (const shift of [0, -5000]) {
      const responses = [-10, -12, -11, -30].map((logprob, row) => sampled(answers[row]!, logprob + shift))
      expect(semanticEntropy(responses, 'likelihood').entropy).toBeCloseTo(0.556469351, 9)
    }
  })

  test('length-normalised: the same log-probability in more tokens weighs more', () => {
    const responses = [sampled('a', -10, 10), sampled('b', -10, 5)]
    const total = Math.exp(-1) + Math.exp(-2)
    const [a, b] = [Math.exp(-1) / total, Math.exp(-2) / total]
    const { entropy } = semanticEntropy(responses, 'length_normalized')
    expect(entropy).toBeCloseTo(-a * Math.log(a) - b * Math.log(b), 12)
  })

  test('equal numbers are one answer, and so are answers the verifier accepts', () => {
    const { clusters } = semanticEntropy(
      [
        sampled('1/2'),
        sampled(' 0.50'),
        sampled('x  y'),
        sampled('x y'),
        { ...sampled('\\frac{3}{4}'), correct: true },
        { ...sampled('0.75'), correct: true },
      ],
      'counts',
    )
    expect(clusters).toEqual([
      { answer: '1/2', count: 2, correct: false },
      { answer: 'x  y', count: 2, correct: false },
      { answer: '\\frac{3}{4}', count: 2, correct: true },
    ])
  })

  test('a response without an answer agrees with nothing', () => {
    expect(entropyOf([null, null, null, null])).toBeCloseTo(Math.log(4), 12)
    expect(semanticEntropy([sampled(null), sampled(null)], 'counts').clusters).toHaveLength(2)
  })

  test.each(['counts', 'likelihood', 'length_normalized'] as const)('%s: between 0 and log K', (weight) => {
    const response = fc
      .tuple(fc.constantFrom('1', '2', '3', 'x', null), fc.double({ min: -900, max: 0, noNaN: true }), fc.nat(50))
      .map(([answer, logprob, tokens]) => sampled(answer, logprob, tokens))
    fc.assert(
      fc.property(fc.array(response, { minLength: 1, maxLength: 12 }), (responses) => {
        const { entropy, clusters } = semanticEntropy(responses, weight)
        expect(entropy).toBeGreaterThanOrEqual(0)
        expect(entropy).toBeLessThanOrEqual(Math.log(clusters.length) + 1e-12)
      }),
    )
  })
})

describe('a pass over a dataset', () => {
  const settings = {
    ...passSettings(runConfigSchema.parse({ rollout: { max_completion_length: 48 } })),
    num_samples: 32,
  }
  let policy: LocalPolicy
  let tokenizer: Tokenizer
  let problems: Problem[]
  beforeAll(async () => {
    const folder = resolveModel('builtin:arithmetic-1m')
    policy = await createPolicy({ folder, threads: 1 })
    tokenizer = await loadTokenizer(folder)
    const options = { promptTemplate: '{prompt}', maxPromptLength: 100, limit: 20 }
    problems = (await loadProblems(resolveDataset('builtin:arithmetic-train'), tokenizer, options)).problems
  })
  afterAll(() => policy.dispose())

  const pass = (record: PassRecord, proceed: () => Promise<void> = async () => {}): Promise<void> =>
    semanticEntropyPass({
      policy,
      tokenizer,
      problems,
      settings,
      record,
      proceed,
      verify: (items) => Promise.resolve(items.map(numeric)),
    })
  const recordIn = (prompts: PromptEntropy[]): PassRecord => ({
    begin: (count) => expect(count).toBe(problems.length),
    done: () => prompts,
    add: (more) => void prompts.push(...more),
  })

  test('gives every prompt once; stopped and gone on with, it gives the same', async () => {
    const whole: PromptEntropy[] = []
    await pass(recordIn(whole))
    expect(whole.map(({ position }) => position)).toEqual(problems.map((_, position) => position))
    for (const { clusters, entropy, accuracy } of whole) {
      expect(clusters.reduce((sum, { count }) => sum + count, 0)).toBe(settings.num_samples)
      expect(entropy).toBeGreaterThanOrEqual(0)
      expect(entropy).toBeLessThanOrEqual(Math.log(settings.num_samples) + 1e-12)
      const correct = clusters.filter((cluster) => cluster.correct)
      expect(correct.reduce((sum, { count }) => sum + count, 0) / settings.num_samples).toBeCloseTo(accuracy, 12)
    }
    expect(new Set(whole.map(({ entropy }) => entropy)).size).toBeGreaterThan(3)

    const parts: PromptEntropy[] = []
    let batches = 0
    const stopAfterTwo = async (): Promise<void> => {
      if (batches++ === 2) throw new Error('stopped')
    }
    await expect(pass(recordIn(parts), stopAfterTwo)).rejects.toThrow('stopped')
    expect(parts.length).toBeGreaterThan(0)
    expect(parts.length).toBeLessThan(problems.length)
    await pass(recordIn(parts))
    expect(parts).toEqual(whole)
  })
})
