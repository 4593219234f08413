import { Link } from 'wouter'
import type { CallOutput } from '../../../src-preload/contract/api.ts'
import { t, tSentences } from '../../lib/i18n/translate.ts'
import { links } from '../../lib/links.ts'

type Recipes = CallOutput<'recipes.list'>

/** The shipped recipes with where they come from: those of the built-in model, then published settings. */
export function RecipeGallery({ recipes, chosen }: { recipes: Recipes; chosen: string | undefined }) {
  const isBuiltin = ({ config }: Recipes[number]): boolean => config.model.startsWith('builtin:')
  const groups = [
    { title: t('On the built-in model'), recipes: recipes.filter(isBuiltin) },
    { title: t('Published settings'), recipes: recipes.filter((recipe) => !isBuiltin(recipe)) },
  ]
  return (
    <section aria-label={t('Recipes')}>
      {groups.map((group) => (
        <details key={group.title} className="recipe-group" open={group.recipes.some(({ id }) => id === chosen)}>
          <summary>
            <h2>{group.title}</h2> <span className="quiet">{group.recipes.length}</span>
          </summary>
          <ul className="recipes">
            {group.recipes.map((recipe) => (
              <RecipeCard key={recipe.id} recipe={recipe} chosen={recipe.id === chosen} />
            ))}
          </ul>
        </details>
      ))}
    </section>
  )
}

function RecipeCard({ recipe, chosen }: { recipe: Recipes[number]; chosen: boolean }) {
  return (
    <li>
      <Link
        href={links.newRun(recipe.id)}
        className="card recipe"
        aria-current={chosen ? 'true' : undefined}
        ref={(card: HTMLAnchorElement | null) => {
          if (chosen) card?.scrollIntoView({ block: 'nearest' })
        }}
      >
        <span className="recipe-title">
          {t(recipe.title)}
          <span className="chip">{recipe.config.method.name}</span>
          <span className="chip">{t('{count} steps', { count: recipe.config.steps })}</span>
        </span>
        <span className="recipe-text">{tSentences(recipe.description)}</span>
        <span className="quiet recipe-source">{recipe.source}</span>
      </Link>
    </li>
  )
}
