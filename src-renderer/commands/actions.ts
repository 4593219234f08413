/** A thing the user can do: menu, palette, key and test read the same list. */
export interface Action {
  readonly id: string
  readonly label: string
  /** In tinykeys' spelling, `$mod+k`; `$mod` is Control, or Command on a Mac. */
  readonly shortcut?: string
  /** The palette's heading. */
  readonly section: string
  readonly enabled: boolean
  readonly run: () => void | Promise<void>
}

/** Whether every letter of the query occurs in order, and how well: lower is better, null is no match. */
export function matchScore(label: string, query: string): number | null {
  const text = label.toLowerCase()
  const wanted = query.trim().toLowerCase()
  if (wanted === '') return 0
  const whole = text.indexOf(wanted)
  if (whole >= 0) return whole
  let at = -1
  let gaps = 0
  for (const letter of wanted) {
    if (letter === ' ') continue
    const next = text.indexOf(letter, at + 1)
    if (next < 0) return null
    gaps += next - at - 1
    at = next
  }
  return 100 + gaps
}

/** Enabled actions that match, best first; the order of the list decides ties. */
export function findActions(actions: readonly Action[], query: string): Action[] {
  return actions
    .filter((action) => action.enabled)
    .map((action) => ({ action, score: matchScore(`${action.label} ${action.section}`, query) }))
    .filter((match): match is { action: Action; score: number } => match.score !== null)
    .sort((a, b) => a.score - b.score)
    .map((match) => match.action)
}

const arrows = { ArrowLeft: '←', ArrowRight: '→', ArrowUp: '↑', ArrowDown: '↓' }
const macNames = { $mod: '⌘', Shift: '⇧', Alt: '⌥', Enter: '↩' }

/** `$mod+k` as people read it: `Ctrl+K`, or `⌘K` on a Mac. */
export function shortcutLabel(shortcut: string, mac: boolean): string {
  const names: Record<string, string> = { ...arrows, ...(mac ? macNames : { $mod: 'Ctrl' }) }
  const press = (keys: string): string =>
    keys
      .split('+')
      .map((key) => names[key] ?? (key.length === 1 ? key.toUpperCase() : key))
      .join(mac ? '' : '+')
  return shortcut.split(' ').map(press).join(' ')
}

export const isMac = (): boolean => /Mac|iPhone|iPad/.test(navigator.platform)
