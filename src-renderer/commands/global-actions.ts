import type { Settings } from '../../src-preload/contract/settings.ts'
import { languageNames } from '../lib/i18n/language.ts'
import { t } from '../lib/i18n/translate.ts'
import { links } from '../lib/links.ts'
import { distinctNames, type NamedRun } from '../lib/run-names.ts'
import type { Action } from './actions.ts'

export interface GlobalActionContext {
  readonly go: (address: string) => void
  readonly openPalette: () => void
  readonly openShortcuts: () => void
  readonly openNotices: () => void
  readonly change: (settings: Partial<Settings>) => void
}

/** What can be done from every page. */
export function globalActions({ go, openPalette, openShortcuts, openNotices, change }: GlobalActionContext): Action[] {
  const action = (id: string, section: string, label: string, run: () => void, shortcut?: string): Action => ({
    id,
    section,
    label,
    enabled: true,
    run,
    ...(shortcut ? { shortcut } : {}),
  })
  const goTo = t('Go to')
  const appearance = t('Appearance')
  const language = t('Language')
  return [
    action('go.runs', goTo, t('Runs'), () => go(links.runs), 'g r'),
    action('go.new', goTo, t('New run'), () => go(links.newRun()), 'g n'),
    action('go.compare', goTo, t('Compare runs'), () => go(links.compare([])), 'g c'),
    action('go.sample', goTo, t('Sample'), () => go(links.sample()), 'g m'),
    action('go.verifiers', goTo, t('Verifiers'), () => go(links.verifiers), 'g v'),
    action('go.devices', goTo, t('Devices'), () => go(links.devices), 'g d'),
    action('go.curriculum', goTo, t('Curriculum'), () => go(links.curriculum()), 'g s'),
    action('go.help', goTo, t('Help'), () => go(links.help()), 'F1'),
    action('app.notices', goTo, t('Notices'), openNotices, 'g i'),
    action('app.palette', 'Quiver', t('Command palette'), openPalette, '$mod+k'),
    action('app.shortcuts', 'Quiver', t('Keyboard shortcuts'), openShortcuts, '?'),
    action('theme.light', appearance, t('Light theme'), () => change({ theme: 'light' })),
    action('theme.dark', appearance, t('Dark theme'), () => change({ theme: 'dark' })),
    action('theme.system', appearance, t('Theme of the system'), () => change({ theme: 'system' })),
    action('language.en', language, languageNames.en, () => change({ language: 'en' })),
    action('language.zh-CN', language, languageNames['zh-CN'], () => change({ language: 'zh-CN' })),
    action('language.system', language, t('Language of the system'), () => change({ language: 'system' })),
  ]
}

/** Every run by its name, so that the palette leads to it. */
export function openRunActions(runs: readonly NamedRun[], go: (address: string) => void): Action[] {
  const names = distinctNames(runs)
  return runs.map(({ id }, index) => ({
    id: `open.${id}`,
    section: t('Open run'),
    label: names[index]!,
    enabled: true,
    run: () => go(links.run(id)),
  }))
}
