/** Addresses of the pages; every one can be opened directly. */
export const links = {
  runs: '/',
  newRun: (recipe?: string): string => (recipe ? `/new/${encodeURIComponent(recipe)}` : '/new'),
  cloneRun: (id: string): string => `/new?run=${id}`,
  /** A new run with the settings of another, which begins with a checkpoint of it. */
  trainOn: (id: string, step: number): string => `/new?run=${id}&step=${step}`,
  run: (id: string, tab?: RunTab): string => (tab && tab !== 'curves' ? `/runs/${id}/${tab}` : `/runs/${id}`),
  rollouts: (id: string, step?: number): string =>
    step === undefined ? `/runs/${id}/rollouts` : `/runs/${id}/rollouts/${step}`,
  /** The responses of all steps that fit a filter. */
  search: (id: string, filter: string): string => `/runs/${id}/rollouts?q=${encodeURIComponent(filter)}`,
  /** All responses to a prompt, from the first step on. */
  samePrompt: (id: string, promptId: string): string =>
    `/runs/${id}/rollouts?${new URLSearchParams({ q: `promptid=${/[\s"]/.test(promptId) ? JSON.stringify(promptId) : promptId}`, order: 'oldest' })}`,
  rollout: (rolloutId: number): string => `/rollout/${rolloutId}`,
  pair: (left: number, right: number): string => `/pair/${left}/${right}`,
  compare: (ids: readonly string[]): string => (ids.length === 0 ? '/compare' : `/compare/${ids.join(',')}`),
  curriculum: (pass?: string): string => (pass ? `/curriculum/${pass}` : '/curriculum'),
  /** Sampling outside of runs: with a model, or with the prompt of a stored response. */
  sample: ({ model, rollout }: { readonly model?: string; readonly rollout?: number } = {}): string => {
    const parameters = new URLSearchParams({
      ...(model ? { model } : {}),
      ...(rollout ? { rollout: `${rollout}` } : {}),
    })
    return parameters.size === 0 ? '/sample' : `/sample?${parameters}`
  },
  /** A stored response under another model. */
  score: (rolloutId: number): string => `/score/${rolloutId}`,
  verifiers: '/verifiers',
  devices: '/devices',
  help: (topic = 'getting-started'): string => `/help/${topic}`,
} as const

export const runTabs = ['curves', 'rollouts', 'tokens', 'events', 'config', 'log'] as const
export type RunTab = (typeof runTabs)[number]
