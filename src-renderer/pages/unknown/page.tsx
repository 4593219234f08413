import { Link } from 'wouter'
import { useHashLocation } from '../../lib/hash-location.ts'
import { t } from '../../lib/i18n/translate.ts'
import { links } from '../../lib/links.ts'
import { Message } from '../../ui/message.tsx'

/** Says that an address, mistyped or of an older link, leads nowhere. */
export function UnknownPage() {
  const [address] = useHashLocation()
  return (
    <div className="page">
      <Message tone="warn">
        {t('There is no page “{address}”.', { address })} <Link href={links.runs}>{t('See all runs')}</Link>
      </Message>
    </div>
  )
}
