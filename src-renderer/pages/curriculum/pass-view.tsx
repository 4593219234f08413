import { Play, Square, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { CallName } from '../../../src-preload/contract/api.ts'
import { type PassDetail, type PassSummary, passConfig } from '../../../src-preload/contract/curriculum.ts'
import { useServices } from '../../lib/context.tsx'
import { errorSentence, formatCount, formatFixed, formatPercent } from '../../lib/format.ts'
import { serviceText } from '../../lib/i18n/service-text.ts'
import { t } from '../../lib/i18n/translate.ts'
import { useCall } from '../../lib/queries.ts'
import { notify } from '../../lib/view-state.ts'
import { Button } from '../../ui/button.tsx'
import { Await, Message } from '../../ui/message.tsx'
import { EntropyHistogram } from './entropy-histogram.tsx'
import { passProgress } from './pass-words.ts'
import { PromptTable } from './prompt-table.tsx'

const stageChoices = [1, 2, 3, 4, 6, 8]

/** One pass: how far it is, the spread over its prompts, and the stages of a curriculum. */
export function PassView({ pass }: { pass: PassSummary }) {
  const [stages, setStages] = useState(2)
  const detail = useCall(
    'curriculum.get',
    { id: pass.id, stages },
    { keepPrevious: true, refetchEveryMs: pass.status === 'running' ? 2000 : false },
  )
  return (
    <div className="pass">
      <div className="pass-head">
        <progress max={pass.prompts ?? 1} value={pass.done} aria-label={t('Prompts sampled')} />
        <span>{passProgress(pass)}</span>
        <PassButtons pass={pass} />
      </div>
      {pass.message && <Message tone="bad">{serviceText(pass.message)}</Message>}
      <Await query={detail} what={t('the pass')}>
        {({ means, unanswered, histogram, stages: parts }) =>
          means === null ? (
            <p className="quiet">{t('No prompt has been sampled yet.')}</p>
          ) : (
            <>
              <p>
                {t('Mean entropy {entropy} nats, accuracy {accuracy}; {unanswered} responses without an answer.', {
                  entropy: formatFixed(means.entropy, 3),
                  accuracy: formatPercent(means.accuracy, 1),
                  unanswered,
                })}
              </p>
              <EntropyHistogram bins={histogram} />
              <StageTable stages={parts} count={stages} onChange={setStages} />
              <PromptTable pass={pass} />
            </>
          )
        }
      </Await>
    </div>
  )
}

function PassButtons({ pass }: { pass: PassSummary }) {
  const { client, queries } = useServices()
  const act = (name: CallName, work: Promise<unknown>, done = (): void => {}): void => {
    work
      .then(() => queries.invalidateQueries({ queryKey: ['curriculum.list'] }))
      .then(done)
      .catch((error: unknown) => notify('error', `${name}: ${errorSentence(error)}`))
  }
  const remove = (): void =>
    act('curriculum.delete', client.call('curriculum.delete', { id: pass.id }), () =>
      notify('info', t('The pass is deleted. It can be brought back for ten minutes.'), {
        label: t('Undo'),
        run: () => act('curriculum.restore', client.call('curriculum.restore', { id: pass.id })),
      }),
    )
  if (pass.status === 'running')
    return (
      <Button
        small
        icon={<Square size={13} aria-hidden />}
        onClick={() => act('curriculum.stop', client.call('curriculum.stop', { id: pass.id }))}
      >
        {t('Stop')}
      </Button>
    )
  return (
    <>
      {pass.status === 'stopped' && (
        <Button
          small
          icon={<Play size={13} aria-hidden />}
          onClick={() =>
            act('curriculum.start', client.call('curriculum.start', { config: passConfig(pass.settings) }))
          }
        >
          {t('Go on')}
        </Button>
      )}
      <Button small kind="danger" icon={<Trash2 size={13} aria-hidden />} onClick={remove}>
        {t('Delete')}
      </Button>
    </>
  )
}

interface StageTableProps {
  readonly stages: PassDetail['stages']
  readonly count: number
  readonly onChange: (count: number) => void
}

function StageTable({ stages, count, onChange }: StageTableProps) {
  return (
    <section aria-label={t('Stages')}>
      <h2>
        {t('Stages')}{' '}
        <select
          className="select"
          aria-label={t('Number of stages')}
          value={count}
          onChange={(event) => onChange(Number(event.target.value))}
        >
          {stageChoices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </select>
      </h2>
      <table className="card table compact-table">
        <thead>
          <tr>
            <th>{t('Stage')}</th>
            <th className="number">{t('Prompts')}</th>
            <th className="number">{t('Entropy, nats')}</th>
            <th className="number">{t('Accuracy')}</th>
          </tr>
        </thead>
        <tbody>
          {stages
            .map((stage, index) => ({ ...stage, number: index + 1 }))
            .map((stage) => (
              <tr key={stage.number}>
                <td>{stage.number}</td>
                <td className="number">{formatCount(stage.prompts)}</td>
                <td className="number">
                  {t('{low} to {high}', { low: formatFixed(stage.lowest, 3), high: formatFixed(stage.highest, 3) })}
                </td>
                <td className="number">{formatPercent(stage.accuracy, 1)}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </section>
  )
}
