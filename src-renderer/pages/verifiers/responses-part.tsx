import { Play } from 'lucide-react'
import { useId, useState } from 'react'
import { t, tn } from '../../lib/i18n/translate.ts'
import { BusyBar } from '../../ui/busy-bar.tsx'
import { Button } from '../../ui/button.tsx'
import { Message } from '../../ui/message.tsx'
import type { PartProps } from './page.tsx'
import { PickGroup } from './pick-group.tsx'
import { joinResponses, splitResponses } from './split-responses.ts'
import { useCheck } from './use-check.ts'
import { VerdictCells, VerdictHeads } from './verdict-cells.tsx'

const example = [
  'So the sum is $\\boxed{\\frac{1}{2}}$.',
  'Therefore, the answer is 0.5.',
  'It is \\boxed{\\frac12 \\text{ or } 2}',
]

/** Responses typed, pasted or picked from a run, and what the verifier says to each. */
export function ResponsesPart({ verifier }: PartProps) {
  const id = useId()
  const [answer, setAnswer] = useState('\\frac{1}{2}')
  const [text, setText] = useState(() => joinResponses(example))
  const check = useCheck('verifiers.check', verifier)
  const responses = splitResponses(text)
  const start = (): void => void check.run({ verifier, items: responses.map((response) => ({ response, answer })) })
  return (
    <section className="verifier-part" aria-label={t('Responses')}>
      <PickGroup
        onPick={(picked) => {
          setAnswer(picked.answer)
          setText(joinResponses(picked.responses))
        }}
      />
      <label htmlFor={`${id}-answer`}>{t('Reference answer')}</label>
      <input
        id={`${id}-answer`}
        className="input mono"
        spellCheck={false}
        value={answer}
        onChange={(event) => setAnswer(event.target.value)}
      />
      <label htmlFor={`${id}-responses`}>
        {t('Responses')} <span className="quiet">{t('a line of --- parts them')}</span>
      </label>
      <textarea
        id={`${id}-responses`}
        className="textarea"
        rows={9}
        spellCheck={false}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) start()
        }}
      />
      <div className="verifier-start">
        <Button
          kind="primary"
          icon={<Play size={15} aria-hidden />}
          disabled={check.busy || responses.length === 0}
          onClick={start}
        >
          {check.busy ? t('Checking…') : tn(responses.length, 'Check {count} response', 'Check {count} responses')}
        </Button>
      </div>
      {check.busy && <BusyBar />}
      {check.error && <Message tone="bad">{check.error}</Message>}
      {check.answer && (
        <table className="table verdict-table" aria-label={t('Verdicts')}>
          <thead>
            <tr>
              <th className="number">#</th>
              <VerdictHeads />
            </tr>
          </thead>
          <tbody>
            {check.answer.output.map((verdict, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: verdicts come in the order of the responses.
              <tr key={index}>
                <td className="number" title={check.answer!.input.items[index]!.response}>
                  {index + 1}
                </td>
                <VerdictCells verdict={verdict} />
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}
