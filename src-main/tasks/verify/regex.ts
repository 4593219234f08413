import type { VerifierOptions } from '../../../src-preload/contract/verifier.ts'
import { UserError } from '../../util/assert.ts'
import { accepted, rejected, type Verifier } from './verdict.ts'

/**
 * A pattern over the response. With `compare: match` the reward is for the pattern alone; with `answer`, its first group
 * (or the whole match) must be the answer, white space aside.
 * @throws UserError when the pattern is no regular expression.
 */
export function regex({ pattern, flags, compare }: VerifierOptions<'regex'>): Verifier {
  const expression = compiled(pattern, flags)
  return ({ response, answer }) => {
    const match = expression.exec(response)
    if (!match) return rejected(null, 'the pattern does not match')
    const extracted = match[1] ?? match[0]
    if (compare === 'match') return { ...accepted(extracted.slice(0, 80)), reason: 'the pattern matches' }
    return squeezed(extracted) === squeezed(answer)
      ? accepted(extracted)
      : rejected(extracted.slice(0, 80), "not the answer's text")
  }
}

const squeezed = (text: string): string => text.trim().replace(/\s+/g, ' ')

function compiled(pattern: string, flags: string): RegExp {
  try {
    return new RegExp(pattern, flags.replace(/[gy]/g, ''))
  } catch (error) {
    throw new UserError(
      `The pattern /${pattern}/${flags} is no regular expression (${error instanceof Error ? error.message : error}). Correct verifier.pattern.`,
    )
  }
}
