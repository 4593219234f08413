import { create } from 'zustand'
import { persist } from 'zustand/middleware'
import type { CallInput } from '../../../src-preload/contract/api.ts'
import type { ConfigIssue } from '../../../src-preload/contract/config.ts'
import type { DeviceId } from '../../../src-preload/contract/device.ts'
import { mostModels, sampleRequestSchema } from '../../../src-preload/contract/sample.ts'
import type { VerifierConfig } from '../../../src-preload/contract/verifier.ts'
import { schemaIssues } from '../../lib/form/issues.ts'
import { t } from '../../lib/i18n/translate.ts'

export interface SampleSettings {
  readonly models: readonly string[]
  readonly source: 'text' | 'problem'
  readonly text: string
  readonly chat: boolean
  readonly dataset: string
  /** Counts from 0. */
  readonly row: number
  readonly answer: string
  readonly verifier: VerifierConfig | null
  readonly n: number
  readonly temperature: number
  readonly topP: number
  readonly topK: number
  readonly maxTokens: number
  readonly seed: number
  readonly device: DeviceId
}

const initial: SampleSettings = {
  models: ['builtin:arithmetic-1m'],
  source: 'problem',
  text: '',
  chat: false,
  dataset: 'builtin:arithmetic-heldout',
  row: 0,
  answer: '',
  verifier: { kind: 'numeric' },
  n: 2,
  temperature: 1,
  topP: 1,
  topK: 0,
  maxTokens: 256,
  seed: 1,
  device: 'cpu',
}

/** What is sampled and how; kept over restarts. */
export const useSampleSettings = create<SampleSettings>()(persist(() => initial, { name: 'quiver.sample', version: 1 }))

export function changeSample(changes: Partial<SampleSettings>): void {
  useSampleSettings.setState(changes)
}

/** Adds a model at the end; the same one twice has nothing to show. */
export function addModel(reference: string): void {
  useSampleSettings.setState(({ models }) =>
    models.includes(reference) ? {} : { models: [...models, reference].slice(-mostModels) },
  )
}

export function requestOf(settings: SampleSettings): CallInput<'sample.start'> {
  const { models, source, text, chat, dataset, row, answer, verifier, n, temperature, seed, device } = settings
  return {
    kind: 'sample',
    models: [...models],
    prompt: source === 'text' ? { kind: 'text', text, chat } : { kind: 'problem', dataset, row },
    answer: source === 'text' && answer.trim() !== '' ? answer : null,
    verifier,
    top_p: settings.topP,
    top_k: settings.topK,
    max_tokens: settings.maxTokens,
    ...{ n, temperature, seed, device },
  }
}

/** What is missing or out of range, by path in the request; a number field that is empty holds NaN. */
export function sampleIssues(settings: SampleSettings): ConfigIssue[] {
  const request = Object.entries(requestOf(settings)).map(([key, value]) => [key, Number.isNaN(value) ? '' : value])
  return schemaIssues(Object.fromEntries(request), sampleRequestSchema).map(({ path, message }) => {
    if (path === 'models') return { path, message: t('Choose a model.') }
    return path === 'prompt.text' ? { path, message: t('Write a prompt.') } : { path, message }
  })
}
