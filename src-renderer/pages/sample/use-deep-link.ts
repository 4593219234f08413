import { useEffect } from 'react'
import { useServices } from '../../lib/context.tsx'
import { errorSentence } from '../../lib/format.ts'
import { useAddressState } from '../../lib/hash-location.ts'
import { notify } from '../../lib/view-state.ts'
import { changeSample, useSampleSettings } from './sample-settings.ts'

/** Fills the form with what the address names: a model, or the prompt of a stored response with the settings of its run. */
export function useDeepLink(): void {
  const { client } = useServices()
  const [model, setModel] = useAddressState('model')
  const [rollout, setRollout] = useAddressState('rollout')
  useEffect(() => {
    if (model === '') return
    changeSample({ models: [model] })
    // What is changed on the page from here on is not undone by going back to it.
    setModel('')
  }, [model, setModel])
  useEffect(() => {
    if (rollout === '') return
    setRollout('')
    void takePrompt(client, Number(rollout)).catch((error: unknown) => notify('error', errorSentence(error)))
  }, [rollout, setRollout, client])
}

type Client = ReturnType<typeof useServices>['client']

async function takePrompt(client: Client, rolloutId: number): Promise<void> {
  const { summary, prompt, answer } = await client.call('rollouts.get', { rolloutId })
  const { config, checkpoints } = await client.call('runs.get', { id: summary.runId })
  const { temperature, top_p, top_k, max_completion_length } = config.rollout
  const trained = checkpoints.length > 0 ? [summary.runId] : []
  changeSample({
    models: [config.model, ...trained],
    source: 'text',
    // The stored prompt is as the model read it.
    ...{ text: prompt, chat: false, answer, verifier: config.verifier },
    ...{ temperature, topP: top_p, topK: top_k, maxTokens: max_completion_length },
    n: useSampleSettings.getState().n,
  })
}
