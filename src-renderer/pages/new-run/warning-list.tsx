import { useMemo } from 'react'
import { runConfigSchema } from '../../../src-preload/contract/config.ts'
import { configWarnings } from '../../../src-preload/contract/warnings.ts'
import type { ConfigDocument } from '../../lib/form/config-document.ts'
import { Message } from '../../ui/message.tsx'

/** What the settings cannot do together although each is allowed; nothing while they do not fit the schema. */
export function WarningList({ document }: { document: ConfigDocument }) {
  const warnings = useMemo(() => {
    const parsed = runConfigSchema.safeParse(document.value)
    return parsed.success ? configWarnings(parsed.data) : []
  }, [document])
  if (warnings.length === 0) return null
  return (
    <section aria-label="Warnings" className="warning-list">
      {warnings.map(({ path, message }) => (
        <Message key={path + message} tone="warn">
          <code>{path}</code>: {message}
        </Message>
      ))}
    </section>
  )
}
