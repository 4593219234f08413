import { type KeybindingsMap, tinykeys } from 'tinykeys'
import type { Action } from './actions.ts'

const editableSelector =
  'input:not([type=range]):not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]'

/** Whether a key press belongs to the field or the dialog it happens in rather than to the page. */
function isForField(event: KeyboardEvent): boolean {
  const target = event.target instanceof Element ? event.target : null
  if (target?.closest('dialog')) return true
  if (event.ctrlKey || event.metaKey) return false
  return event.altKey || (target?.matches(editableSelector) ?? false)
}

/** For each shortcut the first enabled action that has it. */
export function actionOfShortcut(actions: readonly Action[]): Map<string, Action> {
  const map = new Map<string, Action>()
  for (const action of actions)
    if (action.shortcut && action.enabled && !map.has(action.shortcut)) map.set(action.shortcut, action)
  return map
}

/** Binds the shortcuts of the enabled actions; returns a function that unbinds them. */
export function bindKeys(target: Window, actions: readonly Action[]): () => void {
  const bindings: KeybindingsMap = {}
  for (const [shortcut, action] of actionOfShortcut(actions))
    bindings[shortcut] = (event) => {
      event.preventDefault()
      void action.run()
    }
  return tinykeys(target, bindings, { ignore: isForField })
}
