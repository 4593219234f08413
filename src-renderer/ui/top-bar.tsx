import { Command, Languages, Monitor, Moon, Sun } from 'lucide-react'
import { Link, useLocation } from 'wouter'
import type { Settings } from '../../src-preload/contract/settings.ts'
import { isMac, shortcutLabel } from '../commands/actions.ts'
import icon from '../icon.svg'
import { changeSettings } from '../lib/change-settings.ts'
import { useServices } from '../lib/context.tsx'
import { languageNames } from '../lib/i18n/language.ts'
import { msg, t } from '../lib/i18n/translate.ts'
import { links } from '../lib/links.ts'
import { useView } from '../lib/view-state.ts'
import { BusyBar } from './busy-bar.tsx'
import { Button } from './button.tsx'
import { HelpLink } from './help-link.tsx'
import { Menu } from './menu.tsx'
import { NoticeMenu } from './notice-menu.tsx'

const pages = [
  { label: msg('Runs'), address: links.runs, holds: ['/runs', '/rollout', '/pair', '/score'] },
  { label: msg('New run'), address: links.newRun(), holds: ['/new'] },
  { label: msg('Compare'), address: links.compare([]), holds: ['/compare'] },
  { label: msg('Sample'), address: links.sample(), holds: ['/sample'] },
  { label: msg('Curriculum'), address: links.curriculum(), holds: ['/curriculum'] },
  { label: msg('Verifiers'), address: links.verifiers, holds: ['/verifiers'] },
  { label: msg('Devices'), address: links.devices, holds: ['/devices'] },
]

/** The box that holds and scrolls the page. */
export const pageBoxId = 'page'

export function TopBar() {
  const [location] = useLocation()
  return (
    <header className="top-bar">
      <Button className="skip-link" onClick={() => document.getElementById(pageBoxId)?.focus()}>
        {t('Skip to the page')}
      </Button>
      <Link href={links.runs} className="brand">
        <img src={icon} alt="" />
        Quiver
      </Link>
      <nav aria-label={t('Pages')} className="page-links">
        {pages.map(({ label, address, holds }) => {
          const current = location === address || holds.some((prefix) => location.startsWith(prefix))
          return (
            <Link key={address} href={address} className="nav-link" aria-current={current ? 'page' : undefined}>
              {t(label)}
            </Link>
          )
        })}
      </nav>
      <div className="top-bar-end">
        <Button
          kind="quiet"
          icon={<Command size={14} aria-hidden />}
          onClick={() => useView.setState({ paletteOpen: true })}
        >
          {t('Commands')} <kbd>{shortcutLabel('$mod+k', isMac())}</kbd>
        </Button>
        <NoticeMenu />
        <HelpLink topic="getting-started" />
        <LanguageMenu />
        <ThemeButton />
      </div>
      <WaitingBar />
    </header>
  )
}

/** Whatever a page waits for, there is one place where its going on shows. */
function WaitingBar() {
  return useView((view) => view.waiting) && <BusyBar />
}

const nextTheme = { system: 'light', light: 'dark', dark: 'system' } as const
const themeIcons = { system: Monitor, light: Sun, dark: Moon } as const
const themeWords = { system: msg('of the system'), light: msg('light'), dark: msg('dark') } as const

function ThemeButton() {
  const { client } = useServices()
  const theme = useView((view) => view.settings.theme)
  const Icon = themeIcons[theme]
  const next = nextTheme[theme]
  const label = t('Theme: {theme}. Change to {next}.', { theme: t(themeWords[theme]), next: t(themeWords[next]) })
  return (
    <Button
      kind="quiet"
      icon={<Icon size={16} />}
      aria-label={label}
      title={label}
      onClick={() => changeSettings(client, { theme: next })}
    />
  )
}

function LanguageMenu() {
  const { client } = useServices()
  const choices: readonly (readonly [Settings['language'], string])[] = [
    ['system', t('Language of the system')],
    ['en', languageNames.en],
    ['zh-CN', languageNames['zh-CN']],
  ]
  return (
    <Menu
      label={t('Language')}
      icon={<Languages size={16} aria-hidden />}
      items={choices.map(([language, label]) => ({ label, run: () => changeSettings(client, { language }) }))}
    />
  )
}
