import { AlertTriangle, CircleX, Info } from 'lucide-react'
import type { ReactNode } from 'react'
import { errorSentence } from '../lib/format.ts'
import { t } from '../lib/i18n/translate.ts'
import { BusyBar } from './busy-bar.tsx'

/** A sentence in place: what happened and what to do. */
export function Message({ tone, children }: { tone: 'bad' | 'warn' | 'info'; children: ReactNode }) {
  const Icon = tone === 'bad' ? CircleX : tone === 'warn' ? AlertTriangle : Info
  return (
    <div className={`message message-${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
      <Icon size={15} aria-hidden />
      <div>{children}</div>
    </div>
  )
}

/** Shows a query while it loads or when it failed; the children once there is data. */
export function Await<Data>({
  query,
  what,
  children,
}: {
  query: { readonly data: Data | undefined; readonly error: unknown; readonly refetch: () => unknown }
  what: string
  children: (data: Data) => ReactNode
}) {
  if (query.data !== undefined) return children(query.data)
  if (query.error)
    return (
      <Message tone="bad">
        <p>{errorSentence(query.error)}</p>
        <button type="button" className="button button-small" onClick={() => query.refetch()}>
          {t('Try again')}
        </button>
      </Message>
    )
  return (
    <div className="loading" role="status">
      <p>{t('Loading {what}…', { what })}</p>
      <BusyBar />
    </div>
  )
}
