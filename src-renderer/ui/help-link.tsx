import { CircleHelp } from 'lucide-react'
import { Link } from 'wouter'
import { type HelpTopic, helpTopics } from '../lib/help-topics.ts'
import { t } from '../lib/i18n/translate.ts'
import { links } from '../lib/links.ts'

/** Leads to the page of the help that is about what stands beside it. */
export function HelpLink({ topic }: { topic: HelpTopic }) {
  const label = t('Help: {topic}', { topic: t(helpTopics.find(({ id }) => id === topic)!.title) })
  return (
    <Link href={links.help(topic)} className="button button-quiet button-icon" aria-label={label} title={label}>
      <CircleHelp size={16} aria-hidden />
    </Link>
  )
}
