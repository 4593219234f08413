import { links } from '../lib/links.ts'
import type { Theme } from '../lib/view-state.ts'
import type { Action } from './actions.ts'

export interface GlobalActionContext {
  readonly go: (address: string) => void
  readonly openPalette: () => void
  readonly openShortcuts: () => void
  readonly setTheme: (theme: Theme | 'system') => void
}

/** What can be done from every page. */
export function globalActions({ go, openPalette, openShortcuts, setTheme }: GlobalActionContext): Action[] {
  const action = (id: string, section: string, label: string, run: () => void, shortcut?: string): Action => ({
    id,
    section,
    label,
    enabled: true,
    run,
    ...(shortcut ? { shortcut } : {}),
  })
  return [
    action('go.runs', 'Go to', 'Runs', () => go(links.runs), 'g r'),
    action('go.new', 'Go to', 'New run', () => go(links.newRun()), 'g n'),
    action('go.compare', 'Go to', 'Compare runs', () => go(links.compare([])), 'g c'),
    action('go.verifiers', 'Go to', 'Verifiers', () => go(links.verifiers), 'g v'),
    action('go.devices', 'Go to', 'Devices', () => go(links.devices), 'g d'),
    action('go.curriculum', 'Go to', 'Curriculum', () => go(links.curriculum()), 'g s'),
    action('app.palette', 'Quiver', 'Command palette', openPalette, '$mod+k'),
    action('app.shortcuts', 'Quiver', 'Keyboard shortcuts', openShortcuts, '?'),
    action('theme.light', 'Appearance', 'Light theme', () => setTheme('light')),
    action('theme.dark', 'Appearance', 'Dark theme', () => setTheme('dark')),
    action('theme.system', 'Appearance', 'Theme of the system', () => setTheme('system')),
  ]
}

/** Every run by its name, so that the palette leads to it. */
export function openRunActions(
  runs: readonly { readonly id: string; readonly name: string }[],
  go: (address: string) => void,
): Action[] {
  return runs.map(({ id, name }) => ({
    id: `open.${id}`,
    section: 'Open run',
    label: name,
    enabled: true,
    run: () => go(links.run(id)),
  }))
}
