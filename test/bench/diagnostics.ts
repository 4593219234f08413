/**
 * `node test/bench/diagnostics.ts`: what the diagnostics of a step cost, as a share of a whole step of the built-in
 * model: rollout metrics, entropy flow and covariance, entropies by token, and the token metrics of four updates.
 */

import { loadTokenizer } from '../../src-main/model/tokenizer.ts'
import { rolloutBatch, type UpdateRow } from '../../src-main/rl/method-batch.ts'
import { bindMethod } from '../../src-main/rl/methods/map.ts'
import { tokenClass } from '../../src-main/rl/methods/method.ts'
import { MetricSums } from '../../src-main/rl/metric-sums.ts'
import type { Rollout, RolloutGroup } from '../../src-main/rl/rollout.ts'
import { baseChanges, baseMetrics, rolloutDiagnostics } from '../../src-main/rl/rollout-diagnostics.ts'
import { rolloutMetrics } from '../../src-main/rl/rollout-metrics.ts'
import { tokenEntropies } from '../../src-main/rl/token-entropies.ts'
import { tokenMetrics } from '../../src-main/rl/token-metrics.ts'
import { randomStream, uniform } from '../../src-main/util/rng.ts'
import { methodSchema } from '../../src-preload/contract/method.ts'
import { measureModel } from './measure.ts'
import { builtinModel } from './models.ts'
import { measureSteps } from './steps.ts'

const [prompts, generations, length, updates, repeats] = [16, 8, 48, 4, 20]

function rollout(index: number, text: string): Rollout {
  const column = (seed: number, scale: number) =>
    Float32Array.from({ length }, (_, token) => scale * uniform(seed, randomStream.data, index, token))
  const rolloutLogprobs = column(1, -3)
  const correct = index % 3 === 0
  return {
    ids: Int32Array.from({ length }, (_, token) => Math.floor(100 * uniform(2, randomStream.data, index, token))),
    text,
    textLengths: new Uint16Array(length).fill(1),
    rolloutLogprobs,
    rolloutEntropies: column(3, 2),
    referenceLogprobs: column(4, -3),
    referenceEntropies: column(5, 2),
    policyLogprobs: rolloutLogprobs,
    finishReason: 'eos',
    verdict: { correct, score: Number(correct), extracted: null, reason: '' },
    rewardParts: {},
    reward: Number(correct),
    advantage: correct ? 1 : -0.5,
    flags: new Uint8Array(length),
  }
}

async function main(): Promise<void> {
  const folder = builtinModel()
  const tokenizer = await loadTokenizer(folder)
  const text = 'so 12 + 7 = 19, then 19 + 3 = 22. wait, check: 22. '.slice(0, length)
  const problem = { id: 'p', prompt: '', promptIds: new Int32Array(8), answer: '' }
  const groups: RolloutGroup[] = Array.from({ length: prompts }, (_, group) => ({
    problem,
    filtered: false,
    rollouts: Array.from({ length: generations }, (_, index) => rollout(group * generations + index, text)),
  }))
  const rows: UpdateRow[] = groups.flatMap(({ rollouts }, group) =>
    rollouts.map((one) => ({ rollout: one, group, promptIds: problem.promptIds, ids: one.ids, excluded: false })),
  )
  const batch = rolloutBatch(rows)
  const totals = { tokens: batch.mask.length, rows: rows.length, maxCompletionLength: length }
  const method = bindMethod(methodSchema.parse({ name: 'archer' }))
  const { classes, clips } = method.apply(batch, totals, { facts: {}, uniform: () => 0 })
  const column = new Float64Array(batch.mask.length).fill(1)
  const results = { loss: 0, classes, clips, ratios: column, kls: column, thresholds: new Float64Array(rows.length) }
  if (!classes.includes(tokenClass.reasoning)) throw new Error('The batch of the bench has no reasoning token.')
  const joined = (pick: (one: Rollout) => Float32Array) =>
    Float32Array.from(rows.flatMap(({ rollout: one }) => [...pick(one)]))
  const [own, base] = [joined((one) => one.rolloutEntropies), joined((one) => one.referenceEntropies!)]
  const once = (): void => {
    const sums = new MetricSums()
    for (let update = 0; update < updates; update++) sums.merge(tokenMetrics(batch, totals, results))
    Object.assign(sums.means(), rolloutMetrics({ groups, rounds: 1, generateMs: 0, verifyMs: 0 }))
    Object.assign(rolloutDiagnostics(batch), baseMetrics(own, base), baseChanges(own, base))
    tokenEntropies(groups, tokenizer)
  }
  for (let warm = 0; warm < repeats; warm++) once()
  const times = Array.from({ length: repeats }, () => {
    const started = performance.now()
    once()
    return performance.now() - started
  })
  const ms = times.sort((a, b) => a - b)[Math.floor(repeats / 2)]!
  const small = { batches: [8], promptTokens: 8, responseTokens: 8, repeats: 1 }
  const model = await measureModel(folder, 2, small, { rows: 8, promptTokens: 8, responseTokens: 8, repeats: 1 })
  const { stepsPerSecond } = await measureSteps(folder, 2, prompts, model)
  const share = ((ms * stepsPerSecond) / 10).toFixed(2)
  console.log(`diagnostics ${ms.toFixed(2)} ms of a step of ${(1000 / stepsPerSecond).toFixed(0)} ms: ${share} %`)
}

await main()
