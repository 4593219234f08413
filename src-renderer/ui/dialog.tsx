import { type ReactNode, useLayoutEffect, useRef } from 'react'

/** A modal dialog: focus stays inside, Escape and a click beside it close it. */
export function Dialog({
  label,
  className,
  onClose,
  children,
}: {
  label: string
  className?: string
  onClose: () => void
  children: ReactNode
}) {
  const dialog = useRef<HTMLDialogElement>(null)
  // Closed while it is still in the document, a dialog gives the focus back to where it was.
  useLayoutEffect(() => {
    const element = dialog.current
    element?.showModal()
    return () => element?.close()
  }, [])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the click is on the backdrop; Escape is the key for it.
    <dialog
      ref={dialog}
      aria-label={label}
      className={`dialog ${className ?? ''}`}
      onCancel={onClose}
      onClick={(event) => event.target === dialog.current && onClose()}
    >
      {children}
    </dialog>
  )
}
