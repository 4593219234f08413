import type { ApiClient } from '../../src-preload/contract/rpc.ts'
import { type Settings, settingsSchema } from '../../src-preload/contract/settings.ts'
import { errorSentence } from './format.ts'
import { notify, useView } from './view-state.ts'

/** Changes settings at once in the page, and has the services keep them. */
export function changeSettings(client: ApiClient, changes: Partial<Settings>): void {
  useView.setState(({ settings }) => ({ settings: { ...settings, ...changes } }))
  client.call('settings.set', changes).catch((error: unknown) => notify('error', errorSentence(error)))
}

const keptUnder = 'quiver.settings'

/** Opens in the theme and language of the last time, before the services have answered, and keeps them for the next. */
export function keepSettings(): void {
  const kept = settingsSchema.safeParse(JSON.parse(localStorage.getItem(keptUnder) ?? '{}'))
  if (kept.success) useView.setState({ settings: kept.data })
  useView.subscribe(({ settings }, before) => {
    if (settings !== before.settings) localStorage.setItem(keptUnder, JSON.stringify(settings))
  })
}
