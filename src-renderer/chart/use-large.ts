import { type RefObject, useEffect, useRef, useState } from 'react'

/** Whether a panel is shown large. It stays in sight when its size changes, and Escape makes it small again. */
export function useLarge(panel: RefObject<HTMLElement | null>): [large: boolean, setLarge: (large: boolean) => void] {
  const [large, setLarge] = useState(false)
  const before = useRef(large)
  useEffect(() => {
    if (before.current !== large) panel.current?.scrollIntoView({ block: 'nearest' })
    before.current = large
    if (!large) return
    const onKeyDown = (event: KeyboardEvent): void => {
      // A dialog or a field has an Escape of its own.
      if (event.key === 'Escape' && !(event.target as Element).closest('dialog, input')) setLarge(false)
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [panel, large])
  return [large, setLarge]
}
