import { Play, SlidersHorizontal } from 'lucide-react'
import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import { useServices } from '../../lib/context.tsx'
import { errorSentence } from '../../lib/format.ts'
import { t } from '../../lib/i18n/translate.ts'
import { links } from '../../lib/links.ts'
import { useCall } from '../../lib/queries.ts'
import { recipeSource } from '../../lib/recipe-source.ts'
import { Button } from '../../ui/button.tsx'
import { Message } from '../../ui/message.tsx'

/** The first thing a newcomer sees: one button to a model that learns. */
export function EmptyWorkspace() {
  const { client } = useServices()
  const [, go] = useLocation()
  const recipes = useCall('recipes.list', {})
  const [state, setState] = useState<{ busy: boolean; error: string | null }>({ busy: false, error: null })
  const recipe = recipes.data?.find((one) => one.config.method.name === 'archer') ?? recipes.data?.[0]
  const start = async (): Promise<void> => {
    if (!recipe) return
    setState({ busy: true, error: null })
    try {
      const { id } = await client.call('runs.create', { config: recipe.yaml })
      go(links.run(id))
    } catch (error) {
      setState({ busy: false, error: errorSentence(error) })
    }
  }
  return (
    <div className="empty">
      <h1>{t('Watch a small model learn arithmetic')}</h1>
      <p>
        {t(
          'Quiver comes with a model, problems and recipes. The first run takes some minutes on a plain CPU; you can pause it at any moment, read every answer it gives token by token, and compare it with the next one.',
        )}
      </p>
      {recipe && (
        <p className="quiet">
          {t('{recipe}: {steps} steps on {model}. {source}.', {
            recipe: t(recipe.title),
            steps: recipe.config.steps,
            model: recipe.config.model,
            source: recipeSource(recipe.source),
          })}
        </p>
      )}
      <div className="empty-buttons">
        <Button
          kind="primary"
          icon={<Play size={15} aria-hidden />}
          disabled={!recipe || state.busy}
          onClick={() => void start()}
        >
          {state.busy ? t('Starting…') : t('Start the first run')}
        </Button>
        <Link href={links.newRun()} className="button">
          <SlidersHorizontal size={15} aria-hidden /> {t('Choose a recipe')}
        </Link>
      </div>
      {(state.error ?? (recipes.error ? errorSentence(recipes.error) : null)) && (
        <Message tone="bad">{state.error ?? errorSentence(recipes.error)}</Message>
      )}
    </div>
  )
}
