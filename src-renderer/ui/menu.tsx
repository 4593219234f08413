import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { Button } from './button.tsx'

export interface MenuItem {
  readonly label: string
  readonly run: () => void
}

interface MenuProps {
  /** What the button is called. */
  readonly label: string
  readonly icon: ReactNode
  /** Shows the label beside the icon. */
  readonly labelled?: boolean
  readonly items: readonly MenuItem[]
}

/** A button that opens a short list of things to do; arrows walk, Escape closes, and the focus goes back to the button. */
export function Menu({ label, icon, labelled = false, items }: MenuProps) {
  const [open, setOpen] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  const id = useId()
  useEffect(() => {
    if (!open) return
    box.current?.querySelector<HTMLElement>('[role=menuitem]')?.focus()
    const closeBeside = (event: PointerEvent): void => {
      if (!box.current?.contains(event.target as Node)) setOpen(false)
    }
    window.addEventListener('pointerdown', closeBeside)
    return () => window.removeEventListener('pointerdown', closeBeside)
  }, [open])
  const close = (): void => {
    setOpen(false)
    box.current?.querySelector('button')?.focus()
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const entries = [...(box.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])]
    const at = entries.indexOf(document.activeElement as HTMLElement)
    if (event.key === 'Escape' || event.key === 'Tab') close()
    else if (event.key === 'ArrowDown') entries[(at + 1) % entries.length]?.focus()
    else if (event.key === 'ArrowUp') entries[(at - 1 + entries.length) % entries.length]?.focus()
    else if (event.key === 'Home') entries[0]?.focus()
    else if (event.key === 'End') entries.at(-1)?.focus()
    else return
    // Tab goes on from the button.
    if (event.key !== 'Tab') event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div ref={box} className="menu">
      <Button
        small
        kind="quiet"
        icon={icon}
        aria-label={labelled ? undefined : label}
        title={label}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
      >
        {labelled ? label : null}
      </Button>
      {open && (
        <div id={id} role="menu" aria-label={label} className="menu-list" tabIndex={-1} onKeyDown={onKeyDown}>
          {items.map((item) => (
            <button
              key={item.label}
              type="button"
              role="menuitem"
              className="menu-item"
              onClick={() => {
                close()
                item.run()
              }}
            >
              {item.label}
            </button>
          ))}
        </div>
      )}
    </div>
  )
}
