import { Play } from 'lucide-react'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { useServices } from '../../lib/context.tsx'
import { errorSentence } from '../../lib/format.ts'
import { t } from '../../lib/i18n/translate.ts'
import { links } from '../../lib/links.ts'
import { useCall } from '../../lib/queries.ts'
import { Button } from '../../ui/button.tsx'
import { Message } from '../../ui/message.tsx'

/** Samples the prompts of a recipe ahead of its run; a run with the same settings finds them done. */
export function StartPass() {
  const { client, queries } = useServices()
  const [, go] = useLocation()
  const recipes = useCall('recipes.list', {}, { staleTimeMs: Number.POSITIVE_INFINITY })
  const [chosen, setChosen] = useState<string | null>(null)
  const [samples, setSamples] = useState('8')
  const [state, setState] = useState<{ busy: boolean; error: string | null }>({ busy: false, error: null })
  const recipe = recipes.data?.find(({ id }) => id === chosen) ?? recipes.data?.[0]
  const start = async (): Promise<void> => {
    if (!recipe) return
    setState({ busy: true, error: null })
    try {
      const curriculum = { ...recipe.config.curriculum, num_samples: Number(samples) }
      const { id } = await client.call('curriculum.start', { config: { ...recipe.config, curriculum } })
      await queries.invalidateQueries({ queryKey: ['curriculum.list'] })
      setState({ busy: false, error: null })
      go(links.curriculum(id))
    } catch (error) {
      setState({ busy: false, error: errorSentence(error) })
    }
  }
  return (
    <form
      className="card start-pass"
      onSubmit={(event) => {
        event.preventDefault()
        void start()
      }}
    >
      <label>
        {t('Prompts, model and verifier of the recipe')}{' '}
        <select className="select" value={recipe?.id ?? ''} onChange={(event) => setChosen(event.target.value)}>
          {recipes.data?.map(({ id, title }) => (
            <option key={id} value={id}>
              {t(title)}
            </option>
          ))}
        </select>
      </label>
      <label>
        {t('Samples per prompt')}{' '}
        <input
          className="input input-number"
          inputMode="numeric"
          value={samples}
          onChange={(event) => setSamples(event.target.value)}
        />
      </label>
      <Button kind="primary" type="submit" icon={<Play size={15} aria-hidden />} disabled={!recipe || state.busy}>
        {state.busy ? t('Starting…') : t('Sample the prompts')}
      </Button>
      {state.error && <Message tone="bad">{state.error}</Message>}
    </form>
  )
}
