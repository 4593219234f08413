import { useState } from 'react'
import { useRuns, useServices } from '../../lib/context.tsx'
import { errorSentence } from '../../lib/format.ts'
import { t, tn } from '../../lib/i18n/translate.ts'
import { useCall } from '../../lib/queries.ts'
import { notify } from '../../lib/view-state.ts'
import { Button } from '../../ui/button.tsx'

interface Picked {
  readonly answer: string
  readonly responses: readonly string[]
}

/** Takes the responses of a prompt from a stored step of a run. */
export function PickGroup({ onPick }: { onPick: (picked: Picked) => void }) {
  const { client } = useServices()
  const runs = useRuns() ?? []
  const [runId, setRunId] = useState('')
  const [chosenStep, setChosenStep] = useState<number | null>(null)
  const [chosenGroup, setChosenGroup] = useState(0)
  const steps = useCall('rollouts.steps', { id: runId }, { enabled: runId !== '' }).data ?? []
  const step = chosenStep ?? steps.at(-1) ?? 0
  const groups = useCall('rollouts.groups', { id: runId, step }, { enabled: steps.length > 0 }).data ?? []
  const group = groups[chosenGroup] ?? groups[0]
  const pick = async (): Promise<void> => {
    if (!group) return
    try {
      const details = await Promise.all(group.rollouts.map(({ id }) => client.call('rollouts.get', { rolloutId: id })))
      onPick({ answer: group.answer, responses: details.map(({ text }) => text) })
    } catch (error) {
      notify('error', errorSentence(error))
    }
  }
  if (runs.length === 0) return null
  return (
    <div className="verifier-start">
      <select
        className="select"
        aria-label={t('Run to take responses from')}
        value={runId}
        onChange={(event) => {
          setRunId(event.target.value)
          setChosenStep(null)
          setChosenGroup(0)
        }}
      >
        <option value="">{t('Take responses from a run…')}</option>
        {runs.map(({ id, name }) => (
          <option key={id} value={id}>
            {name} · {id}
          </option>
        ))}
      </select>
      {steps.length > 0 && (
        <select
          className="select"
          aria-label={t('Step')}
          value={step}
          onChange={(event) => {
            setChosenStep(Number(event.target.value))
            setChosenGroup(0)
          }}
        >
          {steps.map((one) => (
            <option key={one} value={one}>
              {t('step {step}', { step: String(one) })}
            </option>
          ))}
        </select>
      )}
      {group && (
        <>
          <select
            className="select"
            aria-label={t('Prompt')}
            value={chosenGroup}
            onChange={(event) => setChosenGroup(Number(event.target.value))}
          >
            {groups.map((one, index) => (
              <option key={one.group} value={index}>
                {one.prompt.slice(-60)}
              </option>
            ))}
          </select>
          <Button onClick={() => void pick()}>
            {tn(group.rollouts.length, 'Take {count} response', 'Take {count} responses')}
          </Button>
        </>
      )}
      {runId !== '' && steps.length === 0 && <span className="quiet">{t('This run has no stored responses.')}</span>}
    </div>
  )
}
