import { storedTokenClasses, type TokenEntropies } from '../../src-preload/contract/tokens.ts'
import { traceFlags } from '../../src-preload/contract/trace.ts'
import type { Tokenizer } from '../model/tokenizer.ts'
import type { RolloutGroup } from './rollout.ts'

interface Total {
  readonly id: number
  readonly tokenClass: number
  occurrences: number
  sum: number
}

/** Entropy by token id and class over the responses of a step (the word clouds of 80/20, arXiv 2506.01939, and Archer). */
export function tokenEntropies(groups: readonly RolloutGroup[], tokenizer: Tokenizer): TokenEntropies {
  const totals = new Map<number, Total>()
  for (const { rollouts } of groups) {
    for (const { ids, flags, rolloutEntropies } of rollouts) {
      for (let token = 0; token < ids.length; token++) {
        const id = ids[token]!
        const tokenClass = classOf(flags[token]!)
        const key = id * storedTokenClasses.length + tokenClass
        const total = totals.get(key)
        if (total) {
          total.occurrences++
          total.sum += rolloutEntropies[token]!
        } else totals.set(key, { id, tokenClass, occurrences: 1, sum: rolloutEntropies[token]! })
      }
    }
  }
  const entries = [...totals.values()].sort((a, b) => a.id - b.id || a.tokenClass - b.tokenClass)
  return {
    ids: Uint32Array.from(entries, ({ id }) => id),
    classes: Uint8Array.from(entries, ({ tokenClass }) => tokenClass),
    occurrences: Uint32Array.from(entries, ({ occurrences }) => occurrences),
    sums: Float32Array.from(entries, ({ sum }) => sum),
    texts: entries.map(({ id }) => tokenizer.decode([id], { skipSpecialTokens: false })),
  }
}

function classOf(flags: number): number {
  const name = flags & traceFlags.masked ? 'masked' : flags & traceFlags.reasoning ? 'reasoning' : 'knowledge'
  return storedTokenClasses.indexOf(name)
}
