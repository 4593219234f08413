import { useState } from 'react'
import { Link } from 'wouter'
import { t, tSentences } from '../../lib/i18n/translate.ts'
import { links } from '../../lib/links.ts'
import { recipeSource } from '../../lib/recipe-source.ts'
import { MarkedRecipes } from './marked-recipes.tsx'
import type { Recipe } from './queue-recipes.ts'
import './recipe-gallery.css'

/** The shipped recipes with where they come from: those of the built-in model, then published settings. Several can be queued. */
export function RecipeGallery({ recipes, chosen }: { recipes: readonly Recipe[]; chosen: string | undefined }) {
  const [marked, setMarked] = useState<readonly string[]>([])
  const isBuiltin = ({ config }: Recipe): boolean => config.model.startsWith('builtin:')
  const groups = [
    { title: t('On the built-in model'), recipes: recipes.filter(isBuiltin) },
    { title: t('Published settings'), recipes: recipes.filter((recipe) => !isBuiltin(recipe)) },
  ]
  return (
    <section aria-label={t('Recipes')}>
      {marked.length > 0 && (
        <MarkedRecipes
          recipes={marked.flatMap((id) => recipes.find((one) => one.id === id) ?? [])}
          onMark={setMarked}
        />
      )}
      {groups.map((group) => (
        <details key={group.title} className="recipe-group" open={group.recipes.some(({ id }) => id === chosen)}>
          <summary>
            <h2>{group.title}</h2> <span className="quiet">{group.recipes.length}</span>
          </summary>
          <ul className="recipes">
            {group.recipes.map((recipe) => (
              <RecipeCard
                key={recipe.id}
                recipe={recipe}
                chosen={recipe.id === chosen}
                marked={marked.includes(recipe.id)}
                onMark={(wanted) =>
                  setMarked([...marked.filter((id) => id !== recipe.id), ...(wanted ? [recipe.id] : [])])
                }
              />
            ))}
          </ul>
        </details>
      ))}
    </section>
  )
}

/** Scrolls the list, and not the page, so far that the card is in sight. */
function showInList(card: HTMLElement | null): void {
  const list = card?.closest('ul')
  if (!card || !list) return
  const [{ top, bottom }, sight] = [card.getBoundingClientRect(), list.getBoundingClientRect()]
  list.scrollTop += Math.max(0, bottom - sight.bottom) - Math.max(0, sight.top - top)
}

interface RecipeCardProps {
  readonly recipe: Recipe
  readonly chosen: boolean
  readonly marked: boolean
  readonly onMark: (wanted: boolean) => void
}

function RecipeCard({ recipe, chosen, marked, onMark }: RecipeCardProps) {
  return (
    <li className="card recipe-item">
      <input
        type="checkbox"
        aria-label={t('Mark {recipe}', { recipe: t(recipe.title) })}
        checked={marked}
        onChange={(event) => onMark(event.target.checked)}
      />
      <Link
        href={links.newRun(recipe.id)}
        className="recipe"
        aria-current={chosen ? 'true' : undefined}
        ref={chosen ? showInList : undefined}
      >
        <span className="recipe-title">
          {t(recipe.title)}
          <span className="chip">{recipe.config.method.name}</span>
          <span className="chip">{t('{count} steps', { count: recipe.config.steps })}</span>
        </span>
        <span className="recipe-text">{tSentences(recipe.description)}</span>
        <span className="quiet recipe-source">{recipeSource(recipe.source)}</span>
      </Link>
    </li>
  )
}
