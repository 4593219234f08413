import { useState } from 'react'
import type { CallInput, CallName, CallOutput } from '../../../src-preload/contract/api.ts'
import type { VerifierConfig } from '../../../src-preload/contract/verifier.ts'
import { useServices } from '../../lib/context.tsx'
import { errorSentence } from '../../lib/format.ts'

type CheckName = Extract<CallName, `verifiers.${string}`>

/** A call that a button makes: whether it runs, what it gave for which argument, and what went wrong. */
export interface Check<Name extends CheckName> {
  readonly busy: boolean
  readonly error: string | null
  readonly answer: { readonly input: CallInput<Name>; readonly output: CallOutput<Name> } | null
  readonly run: (input: CallInput<Name>) => Promise<void>
}

export function useCheck<Name extends CheckName>(name: Name, verifier: VerifierConfig): Check<Name> {
  const { client } = useServices()
  const [state, setState] = useState<Omit<Check<Name>, 'run'>>({ busy: false, error: null, answer: null })
  const run = async (input: CallInput<Name>): Promise<void> => {
    setState(({ answer }) => ({ busy: true, error: null, answer }))
    try {
      const output = await client.call(name, input)
      setState({ busy: false, error: null, answer: { input, output } })
    } catch (error) {
      setState({ busy: false, error: errorSentence(error), answer: null })
    }
  }
  // What another verifier said does not stand under this one.
  const stale = state.answer !== null && JSON.stringify(state.answer.input.verifier) !== JSON.stringify(verifier)
  return { ...state, ...(stale ? { answer: null } : {}), run }
}
