import { useState } from 'react'
import { Link } from 'wouter'
import type { PassSummary } from '../../../src-preload/contract/curriculum.ts'
import { formatPercent, formatTime } from '../../lib/format.ts'
import { links } from '../../lib/links.ts'
import { useCall } from '../../lib/queries.ts'
import { Await } from '../../ui/message.tsx'
import { PassView } from './pass-view.tsx'
import { passWord } from './pass-words.ts'
import { StartPass } from './start-pass.tsx'
import './curriculum.css'
import { t } from '../../lib/i18n/translate.ts'

const runningPollMs = 1000

/** Semantic entropy of training prompts: sample it before a run, see how it spreads, and which stages it makes. */
export function CurriculumPage({ passId }: { passId: string | undefined }) {
  const [everyMs, setEveryMs] = useState<number | false>(false)
  const passes = useCall('curriculum.list', {}, { refetchEveryMs: everyMs, keepPrevious: true })
  const wanted = passes.data?.some(({ status }) => status === 'running') ? runningPollMs : false
  if (wanted !== everyMs) setEveryMs(wanted)
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t('Curriculum')}</h1>
        <span className="quiet">
          {t('Prompts whose sampled answers agree come first, prompts whose answers differ come later.')}
        </span>
      </div>
      <StartPass />
      <Await query={passes} what={t('the passes')}>
        {(all) => {
          const chosen = all.find(({ id }) => id === passId) ?? all[0]
          if (!chosen) return <NoPass />
          return (
            <div className="curriculum">
              <PassList passes={all} chosen={chosen.id} />
              <PassView key={chosen.id} pass={chosen} />
            </div>
          )
        }}
      </Await>
    </div>
  )
}

function NoPass() {
  return (
    <div className="empty">
      <h2>{t('No prompts have been sampled yet.')}</h2>
      <p>
        {t(
          'Every prompt is answered several times. The entropy over the different answers is small where they agree and large where they differ; a run with curriculum.order: semantic_entropy trains the former first. Here the answers can be sampled ahead of the run.',
        )}
      </p>
    </div>
  )
}

function PassList({ passes, chosen }: { passes: readonly PassSummary[]; chosen: string }) {
  return (
    <nav aria-label={t('Passes')} className="pass-list">
      {passes.map((pass) => (
        <Link
          key={pass.id}
          href={links.curriculum(pass.id)}
          className="card pass-link"
          aria-current={pass.id === chosen ? 'true' : undefined}
        >
          <b>{shortName(pass.settings.dataset)}</b>
          <span className="quiet">
            {t('{model}, {count} samples', { model: shortName(pass.settings.model), count: pass.settings.num_samples })}
          </span>
          <span className="quiet">
            {passWord(pass)}
            {pass.prompts !== null && `, ${formatPercent(pass.done / pass.prompts)}`} · {formatTime(pass.createdAtMs)}
          </span>
        </Link>
      ))}
    </nav>
  )
}

const shortName = (reference: string): string =>
  reference
    .split(/[/\\]/)
    .at(-1)!
    .replace(/^builtin:/, '')
