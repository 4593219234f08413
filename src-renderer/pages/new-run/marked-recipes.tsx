import { ListPlus, X } from 'lucide-react'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { useServices } from '../../lib/context.tsx'
import { serviceText } from '../../lib/i18n/service-text.ts'
import { t, tn } from '../../lib/i18n/translate.ts'
import { links } from '../../lib/links.ts'
import { notify } from '../../lib/view-state.ts'
import { Button } from '../../ui/button.tsx'
import { Message } from '../../ui/message.tsx'
import { queueRecipes, type Recipe, type RefusedRecipe } from './queue-recipes.ts'

interface MarkedRecipesProps {
  readonly recipes: readonly Recipe[]
  readonly onMark: (ids: readonly string[]) => void
}

/** Queues the marked recipes as they are; those that do not fit stay marked, with what is wrong. */
export function MarkedRecipes({ recipes, onMark }: MarkedRecipesProps) {
  const { client } = useServices()
  const [, go] = useLocation()
  const [done, setDone] = useState<number | null>(null)
  const [refused, setRefused] = useState<readonly RefusedRecipe[]>([])
  const queue = async (): Promise<void> => {
    setDone(0)
    const result = await queueRecipes(client, recipes, setDone)
    setDone(null)
    setRefused(result.refused)
    onMark(result.refused.map(({ recipe }) => recipe.id))
    if (result.runs.length > 0)
      notify('done', tn(result.runs.length, '{count} run is in the queue.', '{count} runs are in the queue.'), {
        label: t('Show'),
        run: () => go(links.runs),
      })
  }
  const complaints = refused.filter(({ recipe }) => recipes.includes(recipe))
  return (
    <section className="card marked-recipes" aria-label={t('Marked recipes')}>
      <b>{t('{count} marked', { count: recipes.length })}</b>
      <Button small icon={<ListPlus size={14} aria-hidden />} disabled={done !== null} onClick={() => void queue()}>
        {t('Queue as they are')}
      </Button>
      <Button small icon={<X size={14} aria-hidden />} disabled={done !== null} onClick={() => onMark([])}>
        {t('Unmark')}
      </Button>
      {done !== null && <progress aria-label={t('Queueing')} max={recipes.length} value={done} />}
      {complaints.map(({ recipe, issues }) => (
        <Message key={recipe.id} tone="bad">
          {t(recipe.title)}:{' '}
          {issues.map(({ path, message }) => (
            <span key={`${path} ${message}`}>
              {path && <code>{path}</code>} {serviceText(message)}{' '}
            </span>
          ))}
        </Message>
      ))}
    </section>
  )
}
