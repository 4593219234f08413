import type { Settings } from '../../../src-preload/contract/settings.ts'
import { useView } from '../view-state.ts'
import { currentLanguage, type Language, setLanguage } from './translate.ts'

/** Each language in its own words, so that it can be found by who reads no other. */
export const languageNames: Readonly<Record<Language, string>> = { en: 'English', 'zh-CN': '中文' }

/** The language of the setting; for `system` the first of the system's that Quiver speaks, else English. */
export function languageOf(setting: Settings['language'], preferred: readonly string[]): Language {
  if (setting !== 'system') return setting
  const known = preferred.map((tag) => tag.toLowerCase().split('-')[0]).find((tag) => tag === 'en' || tag === 'zh')
  return known === 'zh' ? 'zh-CN' : 'en'
}

/** Keeps texts and document in the language of the settings, from now on. Call before the first render. */
export function followLanguageSetting(): void {
  const follow = (): void => {
    setLanguage(languageOf(useView.getState().settings.language, navigator.languages))
    document.documentElement.lang = currentLanguage()
  }
  follow()
  useView.subscribe(follow)
  window.addEventListener('languagechange', follow)
}

/** The language in force, as a key for the tree: another language renders every page anew. */
export function useLanguage(): Language {
  return useView(({ settings }) => languageOf(settings.language, navigator.languages))
}
