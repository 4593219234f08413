import type { VerifierConfig, VerifierOptions } from '../../../src-preload/contract/verifier.ts'
import type { VerifyPool } from './pool.ts'
import type { Verdict } from './verdict.ts'

/**
 * A reward that is a weighted sum of verifiers. The first part says whether a response counts as correct; each part's
 * share of the reward is recorded under its kind.
 */
export function startWeightedPool(
  { parts }: VerifierOptions<'weighted'>,
  start: (config: VerifierConfig) => VerifyPool,
): VerifyPool {
  const pools = parts.map(({ verifier }) => start(verifier))
  return {
    verify: async (items) => {
      const columns = await Promise.all(pools.map((pool) => pool.verify(items)))
      return items.map((_, row) =>
        weightedVerdict(
          parts,
          columns.map((column) => column[row]!),
        ),
      )
    },
    ready: async () => {
      const sentences = await Promise.all(pools.map((pool) => pool.ready()))
      return sentences.find((sentence) => sentence !== null) ?? null
    },
    dispose: async () => {
      await Promise.all(pools.map((pool) => pool.dispose()))
    },
  }
}

function weightedVerdict(parts: VerifierOptions<'weighted'>['parts'], verdicts: readonly Verdict[]): Verdict {
  const rewards: Record<string, number> = {}
  parts.forEach(({ weight, verifier: { kind } }, index) => {
    rewards[kind] = (rewards[kind] ?? 0) + weight * verdicts[index]!.score
  })
  const score = Object.values(rewards).reduce((sum, reward) => sum + reward, 0)
  const reason = verdicts.map((verdict, index) => `${parts[index]!.verifier.kind}: ${verdict.reason}`).join('; ')
  return { ...verdicts[0]!, score, reason, parts: rewards, ms: Math.max(...verdicts.map(({ ms = 0 }) => ms)) }
}
