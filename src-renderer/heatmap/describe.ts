import { traceFlags } from '../../src-preload/contract/trace.ts'
import { formatNumber } from '../lib/format.ts'
import { t } from '../lib/i18n/translate.ts'
import { alternativesClause } from './alternatives.tsx'
import { kl3 } from './channels.ts'
import type { HeatmapTokens } from './tokens.ts'

export interface TokenFact {
  readonly label: string
  readonly value: string
  readonly unit: string
  /** The value is no number. */
  readonly words?: true
}

/** The clip and mask flags of a token in words. */
function clipWords(flags: number): string {
  const words: string[] = []
  if (flags & traceFlags.clippedHigh) words.push(t('clipped above'))
  if (flags & traceFlags.clippedLow) words.push(t('clipped below'))
  if (flags & traceFlags.clippedDual) words.push(t('dual-clipped'))
  if (flags & traceFlags.picked) words.push(t('picked by covariance'))
  if (flags & traceFlags.masked) words.push(t('left out of the loss'))
  return words.join(', ') || t('not clipped')
}

const className = (reasoning: boolean): string => (reasoning ? t('reasoning') : t('knowledge'))

/** A token left out of the loss has no class in the run. */
const classInRun = (flags: number): string =>
  flags & traceFlags.masked ? '–' : className((flags & traceFlags.reasoning) !== 0)

const fact = (label: string, value: string, unit = ''): TokenFact => ({ label, value, unit })
const wordsFact = (label: string, value: string): TokenFact => ({ ...fact(label, value), words: true })

/** Every number of a token, in the order they are read. `reasoning` is its class by the chosen rule. */
export function tokenFacts(tokens: HeatmapTokens, token: number, reasoning: boolean): TokenFact[] {
  const { trace, ofRun } = tokens
  const parts = tokens.partCount[token]!
  return [
    fact(t('Position'), t('{part} of {whole}', { part: token + 1, whole: tokens.count })),
    fact(t('Token id'), String(trace.ids[token]!)),
    ...(parts > 1
      ? [fact(t('Part of a character'), t('{part} of {whole}', { part: tokens.part[token]!, whole: parts }))]
      : []),
    fact(t('Entropy'), formatNumber(trace.entropies[token]!), t('nats')),
    ...(ofRun ? trainingFacts(tokens, token) : drawnFacts(trace.rolloutLogprobs[token]!)),
    wordsFact(t('Class, by the rule'), className(reasoning)),
    ...(ofRun ? [wordsFact(t('Clip'), clipWords(trace.flags[token]!))] : []),
  ]
}

const drawnFacts = (logprob: number): TokenFact[] => [
  fact(t('Log-probability'), formatNumber(logprob), t('nats')),
  fact(t('Probability'), formatNumber(Math.exp(logprob))),
]

/** What a run's step left of a token. */
function trainingFacts({ trace }: HeatmapTokens, token: number): TokenFact[] {
  const rollout = trace.rolloutLogprobs[token]!
  const policy = trace.policyLogprobs?.[token]
  const reference = trace.referenceLogprobs?.[token]
  return [
    fact(t('Log-prob., rollout'), formatNumber(rollout), t('nats')),
    fact(t('Log-prob., policy'), formatNumber(policy), policy === undefined ? '' : t('nats')),
    fact(t('Log-prob., reference'), formatNumber(reference), reference === undefined ? '' : t('nats')),
    fact(t('Ratio, policy / rollout'), policy === undefined ? '–' : formatNumber(Math.exp(policy - rollout))),
    fact(
      t('KL estimate (k3)'),
      reference === undefined ? '–' : formatNumber(kl3(policy ?? rollout, reference)),
      reference === undefined ? '' : t('nats'),
    ),
    wordsFact(t('Class, in the run'), classInRun(trace.flags[token]!)),
  ]
}

/** A token in one sentence, for screen readers. */
export function tokenSentence(tokens: HeatmapTokens, token: number, reasoning: boolean): string {
  const text = tokens.partCount[token]! > 1 ? tokens.shown[token]! : tokens.texts[token]!
  const name = text === '' ? t('no text') : spokenText(text)
  const facts = tokenFacts(tokens, token, reasoning).filter((fact) => fact.value !== '–')
  const words = facts.map(({ label, value, unit }) => `${label} ${value}${unit === '' ? '' : ` ${unit}`}`).join(', ')
  const likeliest = alternativesClause(tokens, token)
  return `${name}. ${words}.${likeliest === '' ? '' : ` ${t('Likeliest tokens')}: ${likeliest}.`}`
}

/** White space has no sound: it is named. */
function spokenText(text: string): string {
  return text
    .replace(/^ +| +$/g, ` ${t('space')} `)
    .replaceAll('\n', ` ${t('new line')} `)
    .replaceAll('\t', ` ${t('tab')} `)
    .trim()
}
