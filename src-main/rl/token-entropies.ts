import type { TokenEntropies } from '../../src-preload/contract/tokens.ts'
import type { Tokenizer } from '../model/tokenizer.ts'
import type { RolloutGroup } from './rollout.ts'

/** Entropy by token id over the responses of a step (the word clouds of 80/20, arXiv 2506.01939, and Archer). */
export function tokenEntropies(groups: readonly RolloutGroup[], tokenizer: Tokenizer): TokenEntropies {
  const totals = new Map<number, { occurrences: number; sum: number }>()
  for (const { rollouts } of groups) {
    for (const { ids, rolloutEntropies } of rollouts) {
      for (let token = 0; token < ids.length; token++) {
        const id = ids[token]!
        const total = totals.get(id)
        if (total) {
          total.occurrences++
          total.sum += rolloutEntropies[token]!
        } else totals.set(id, { occurrences: 1, sum: rolloutEntropies[token]! })
      }
    }
  }
  const ids = [...totals.keys()].sort((a, b) => a - b)
  return {
    ids: Uint32Array.from(ids),
    occurrences: Uint32Array.from(ids, (id) => totals.get(id)!.occurrences),
    sums: Float32Array.from(ids, (id) => totals.get(id)!.sum),
    texts: ids.map((id) => tokenizer.decode([id], { skipSpecialTokens: false })),
  }
}
