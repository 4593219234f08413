import { Component, type ReactNode } from 'react'
import { errorSentence } from '../lib/format.ts'
import { t } from '../lib/i18n/translate.ts'
import { Button } from './button.tsx'
import { Message } from './message.tsx'

interface ErrorBoundaryProps {
  readonly children: ReactNode
  /** A new address is a new beginning. */
  readonly address: string
}

/** Keeps a failure of one page from taking the whole window: says what failed, and lets the user try again. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, { readonly error: unknown }> {
  override state = { error: null }

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error }
  }

  override componentDidUpdate(before: ErrorBoundaryProps): void {
    if (before.address !== this.props.address && this.state.error !== null) this.setState({ error: null })
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children
    return (
      <div className="page">
        <Message tone="bad">
          <p>
            {t('This page failed: {error} Runs are not touched by it.', { error: errorSentence(this.state.error) })}
          </p>
          <Button small onClick={() => this.setState({ error: null })}>
            {t('Show it again')}
          </Button>
        </Message>
      </div>
    )
  }
}
