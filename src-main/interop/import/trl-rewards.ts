/** Reward functions of TRL and Open-R1 by name, as the verifier that is nearest. */
import type { Draft } from './draft.ts'

type Verifier = Readonly<Record<string, unknown>>

const verifiers: Readonly<Record<string, Verifier>> = {
  accuracy_reward: { kind: 'math' },
  accuracy: { kind: 'math' },
  reasoning_accuracy_reward: { kind: 'math' },
  math_reward: { kind: 'math' },
  think_format_reward: { kind: 'format', format: 'think' },
  format_reward: { kind: 'format', format: 'think_answer' },
  format: { kind: 'format', format: 'think_answer' },
  code_reward: { kind: 'code' },
  code: { kind: 'code' },
  binary_code: { kind: 'code' },
  binary_code_reward: { kind: 'code' },
}
const nearest = 'A reward of TRL is a Python function; this is the nearest verifier. Check what it accepts.'

export function trlRewards(draft: Draft): void {
  const given = draft.raw('reward_funcs')
  const names = (Array.isArray(given) ? given : given === undefined || given === null ? [] : [given]).map(
    (name) => String(name).split('.').at(-1)!,
  )
  const weights = draft.raw('reward_weights')
  const parts = names.flatMap((name, index) => {
    const verifier = verifiers[name]
    return verifier ? [{ weight: Array.isArray(weights) ? Number(weights[index] ?? 1) : 1, verifier }] : []
  })
  const others = names.filter((name) => !verifiers[name])
  if (parts.length === 0) {
    draft.lose(
      'reward_funcs',
      `Quiver has no counterpart of ${others.join(', ')}: choose a verifier, or write one (quiver verifier new).`,
    )
    if (names.length === 0) draft.note('The source names no reward function that is known here: choose a verifier.')
    return
  }
  const missing = others.length > 0 ? `Without a counterpart: ${others.join(', ')}.` : ''
  const keys = ['reward_funcs', 'reward_weights']
  if (parts.length > 1) {
    draft.set('verifier.kind', 'weighted', keys, nearest, missing)
    draft.set('verifier.parts', parts, keys)
  } else
    for (const [key, value] of Object.entries(parts[0]!.verifier))
      draft.set(`verifier.${key}`, value, keys, nearest, missing)
}
