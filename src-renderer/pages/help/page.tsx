import Markdown, { type Components } from 'react-markdown'
import remarkGfm from 'remark-gfm'
import { Link } from 'wouter'
import { helpTopics } from '../../lib/help-topics.ts'
import { currentLanguage, type Language, t } from '../../lib/i18n/translate.ts'
import { links } from '../../lib/links.ts'
import { Message } from '../../ui/message.tsx'
import './help.css'

const texts = import.meta.glob<string>(['../../../resources/docs/*.md', '../../../resources/docs/zh-CN/*.md'], {
  query: '?raw',
  import: 'default',
  eager: true,
})

const folders: Readonly<Record<Language, string>> = { en: 'docs', 'zh-CN': 'docs/zh-CN' }

const components: Components = {
  // A link between the pages is a file name, so that it also works where the repository is read.
  a: ({ href = '', children }) => <Link href={links.help(href.replace(/\.md$/, ''))}>{children}</Link>,
  table: ({ children }) => (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reachable by keyboard
    <section className="help-table" tabIndex={0} aria-label={t('Table')}>
      <table>{children}</table>
    </section>
  ),
}

/** What the documentation of the repository says, within the app. */
export function HelpPage({ topic }: { topic: string }) {
  const text = texts[`../../../resources/${folders[currentLanguage()]}/${topic}.md`]
  return (
    <div className="page help">
      <nav aria-label={t('Help')} className="help-topics">
        {helpTopics.map(({ id, title }) => (
          <Link key={id} href={links.help(id)} aria-current={id === topic ? 'page' : undefined}>
            {t(title)}
          </Link>
        ))}
      </nav>
      <article className="help-text">
        {text === undefined ? (
          <Message tone="bad">{t('The help has no page “{topic}”. Its pages are listed beside.', { topic })}</Message>
        ) : (
          <Markdown remarkPlugins={[remarkGfm]} components={components}>
            {text}
          </Markdown>
        )}
      </article>
    </div>
  )
}
