import { useSyncExternalStore } from 'react'
import { create } from 'zustand'
import { type Settings, settingsSchema } from '../../src-preload/contract/settings.ts'
import type { ConnectionState } from './connection.ts'

export interface Notice {
  readonly id: number
  /** `done` confirms and `alarm` points to what the list of notices keeps: both leave by themselves. */
  readonly kind: 'done' | 'alarm' | 'info' | 'error'
  /** What it is about: a newer notice of the same takes its place. */
  readonly about: string
  readonly text: string
  /** What takes back, or goes on from, what the sentence says. */
  readonly action?: { readonly label: string; readonly run: () => void }
}

/** What a notice said, to be read again once it has left. */
export interface Said {
  readonly id: number
  readonly text: string
  readonly atMs: number
}

/** So many sentences are kept to be read again. */
const keptSentences = 20

interface ViewState {
  readonly settings: Settings
  readonly connection: { readonly state: ConnectionState; readonly attempt: number }
  /** Whether an answer of the services is a while in coming. */
  readonly waiting: boolean
  readonly paletteOpen: boolean
  readonly shortcutsOpen: boolean
  readonly selectedRuns: readonly string[]
  /** A question that must be answered before an action goes on. */
  readonly question: Question | null
  readonly notices: readonly Notice[]
  /** What notices of this visit said, newest first. */
  readonly said: readonly Said[]
}

export interface Question {
  readonly title: string
  readonly text: string
  readonly confirm: string
  readonly run: () => void
}

/** State of the page itself: what is open and chosen, not what the services know. */
export const useView = create<ViewState>()(() => ({
  settings: settingsSchema.parse({}),
  connection: { state: 'connecting', attempt: 0 },
  waiting: false,
  paletteOpen: false,
  shortcutsOpen: false,
  selectedRuns: [],
  question: null,
  notices: [],
  said: [],
}))

let lastNoticeId = 0

/** Shows a sentence as `showNotice` does, and keeps it in the list of notices to be read again. */
export function notify(kind: Notice['kind'], text: string, action?: Notice['action']): void {
  showNotice(kind, text, action)
  const sentence: Said = { id: lastNoticeId, text, atMs: Date.now() }
  useView.setState(({ said }) => ({ said: [sentence, ...said].slice(0, keptSentences) }))
}

/** Shows a sentence at the edge of the page until it is dismissed or, when it only confirms, has been there for a while. */
export function showNotice(kind: Notice['kind'], text: string, action?: Notice['action'], about = text): void {
  const notice = { id: ++lastNoticeId, kind, text, about, ...(action ? { action } : {}) }
  useView.setState(({ notices }) => ({ notices: [...notices.filter((old) => old.about !== about), notice].slice(-4) }))
}

/** Takes a sentence back that no longer holds. */
export function takeBack(text: string): void {
  useView.setState(({ notices }) => ({ notices: notices.filter((notice) => notice.text !== text) }))
}

export function dismissNotice(id: number): void {
  useView.setState(({ notices }) => ({ notices: notices.filter((notice) => notice.id !== id) }))
}

export function toggleSelected(id: string): void {
  useView.setState(({ selectedRuns }) => ({
    selectedRuns: selectedRuns.includes(id) ? selectedRuns.filter((other) => other !== id) : [...selectedRuns, id],
  }))
}

export type Theme = 'light' | 'dark'

const prefersDark = (): MediaQueryList => window.matchMedia('(prefers-color-scheme: dark)')

/** The theme in force: the setting, or the system's. */
export function useTheme(): Theme {
  const setting = useView((view) => view.settings.theme)
  const dark = useSyncExternalStore(subscribeToScheme, () => prefersDark().matches)
  return setting === 'system' ? (dark ? 'dark' : 'light') : setting
}

function subscribeToScheme(listener: () => void): () => void {
  const query = prefersDark()
  query.addEventListener('change', listener)
  return () => query.removeEventListener('change', listener)
}
