import { Link } from 'wouter'
import type { CallOutput } from '../../../src-preload/contract/api.ts'
import { links } from '../../lib/links.ts'

/** The shipped recipes with where they come from. */
export function RecipeGallery(props: { recipes: CallOutput<'recipes.list'>; chosen: string | undefined }) {
  const { recipes, chosen } = props
  return (
    <ul className="recipes" aria-label="Recipes">
      {recipes.map((recipe) => (
        <li key={recipe.id}>
          <Link
            href={links.newRun(recipe.id)}
            className="card recipe"
            aria-current={recipe.id === chosen ? 'true' : undefined}
          >
            <span className="recipe-title">
              {recipe.title}
              <span className="chip">{recipe.config.method.name}</span>
              <span className="chip">{recipe.config.steps} steps</span>
            </span>
            <span className="recipe-text">{recipe.description}</span>
            <span className="quiet recipe-source">{recipe.source}</span>
          </Link>
        </li>
      ))}
    </ul>
  )
}
