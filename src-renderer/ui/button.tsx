import type { ButtonHTMLAttributes, ReactNode } from 'react'

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly kind?: 'primary' | 'danger' | 'quiet'
  readonly small?: boolean
  readonly icon?: ReactNode
}

/** A button with an optional icon; without children it is an icon button and needs an aria-label. */
export function Button({ kind, small, icon, children, className, ...rest }: ButtonProps) {
  const classes = ['button']
  if (kind) classes.push(`button-${kind}`)
  if (small) classes.push('button-small')
  if (!children) classes.push('button-icon')
  if (className) classes.push(className)
  return (
    <button type="button" className={classes.join(' ')} {...rest}>
      {icon}
      {children}
    </button>
  )
}
