import { traceFlags } from '../../src-preload/contract/trace.ts'
import { formatNumber } from '../lib/format.ts'
import { kl3 } from './channels.ts'
import type { HeatmapTokens } from './tokens.ts'

export interface TokenFact {
  readonly label: string
  readonly value: string
  readonly unit: string
}

/** The clip and mask flags of a token in words. */
function clipWords(flags: number): string {
  const words: string[] = []
  if (flags & traceFlags.clippedHigh) words.push('clipped above')
  if (flags & traceFlags.clippedLow) words.push('clipped below')
  if (flags & traceFlags.clippedDual) words.push('dual-clipped')
  if (flags & traceFlags.picked) words.push('picked by covariance')
  if (flags & traceFlags.masked) words.push('left out of the loss')
  return words.join(', ') || 'not clipped'
}

const className = (reasoning: boolean): string => (reasoning ? 'reasoning' : 'knowledge')

/** A token left out of the loss has no class in the run. */
const classInRun = (flags: number): string =>
  flags & traceFlags.masked ? '–' : className((flags & traceFlags.reasoning) !== 0)

/** Every number of a token, in the order they are read. `reasoning` is its class by the chosen rule. */
export function tokenFacts(tokens: HeatmapTokens, token: number, reasoning: boolean): TokenFact[] {
  const { trace } = tokens
  const flags = trace.flags[token]!
  const parts = tokens.partCount[token]!
  const rollout = trace.rolloutLogprobs[token]!
  const policy = trace.policyLogprobs?.[token]
  const reference = trace.referenceLogprobs?.[token]
  const fact = (label: string, value: string, unit = ''): TokenFact => ({ label, value, unit })
  return [
    fact('Position', `${token + 1} of ${tokens.count}`),
    fact('Token id', String(trace.ids[token]!)),
    ...(parts > 1 ? [fact('Part of a character', `${tokens.part[token]} of ${parts}`)] : []),
    fact('Entropy', formatNumber(trace.entropies[token]!), 'nats'),
    fact('Log-prob., rollout', formatNumber(rollout), 'nats'),
    fact('Log-prob., policy', formatNumber(policy), policy === undefined ? '' : 'nats'),
    fact('Log-prob., reference', formatNumber(reference), reference === undefined ? '' : 'nats'),
    fact('Ratio, policy / rollout', policy === undefined ? '–' : formatNumber(Math.exp(policy - rollout))),
    fact(
      'KL estimate (k3)',
      reference === undefined ? '–' : formatNumber(kl3(policy ?? rollout, reference)),
      reference === undefined ? '' : 'nats',
    ),
    fact('Class, in the run', classInRun(flags)),
    fact('Class, by the rule', className(reasoning)),
    fact('Clip', clipWords(flags)),
  ]
}

/** A token in one sentence, for screen readers. */
export function tokenSentence(tokens: HeatmapTokens, token: number, reasoning: boolean): string {
  const text = tokens.partCount[token]! > 1 ? tokens.shown[token]! : tokens.texts[token]!
  const name = text === '' ? 'no text' : spokenText(text)
  const facts = tokenFacts(tokens, token, reasoning).filter((fact) => fact.value !== '–')
  return `${name}. ${facts.map(({ label, value, unit }) => `${label} ${value}${unit === '' ? '' : ` ${unit}`}`).join(', ')}.`
}

/** White space has no sound: it is named. */
function spokenText(text: string): string {
  return text
    .replace(/^ +| +$/g, ' space ')
    .replaceAll('\n', ' new line ')
    .replaceAll('\t', ' tab ')
    .trim()
}
