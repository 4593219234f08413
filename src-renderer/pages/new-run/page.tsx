import { useEffect, useMemo, useState } from 'react'
import type { CallOutput } from '../../../src-preload/contract/api.ts'
import type { Action } from '../../commands/actions.ts'
import { usePageActions } from '../../commands/registry.ts'
import { navigate, useAddressState } from '../../lib/hash-location.ts'
import { links } from '../../lib/links.ts'
import { useCall } from '../../lib/queries.ts'
import { Await } from '../../ui/message.tsx'
import { Editor } from './editor.tsx'
import { ImportPanel } from './import-panel.tsx'
import { ImportReport } from './import-report.tsx'
import { type Imported, keepImported, useImported } from './imported.ts'
import { type Origin, originOfRun } from './origin.ts'
import { RecipeGallery } from './recipe-gallery.tsx'
import './new-run.css'
import { t } from '../../lib/i18n/translate.ts'

/** A new run: begin with a recipe, another run or an imported file, change what you like in the form or the YAML, start. */
export function NewRunPage({ recipeId }: { recipeId: string | undefined }) {
  const [runId] = useAddressState('run')
  const recipes = useCall('recipes.list', {}, { staleTimeMs: Infinity })
  const isChosen = recipeId !== undefined || runId !== ''
  useEffect(() => {
    if (isChosen) keepImported(null)
  }, [isChosen])
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t('New run')}</h1>
        <span className="quiet">
          {runId === '' ? t('Choose a recipe, change what you like, start.') : t('With the settings of another run')}
        </span>
      </div>
      <Await query={recipes} what={t('the recipes')}>
        {(all) =>
          runId === '' ? <FromRecipe recipes={all} id={recipeId} /> : <FromRun recipes={all} key={runId} id={runId} />
        }
      </Await>
    </div>
  )
}

type Recipes = CallOutput<'recipes.list'>

function FromRecipe({ recipes, id }: { recipes: Recipes; id: string | undefined }) {
  const recipe = recipes.find((one) => one.id === id) ?? recipes[0]
  const origin = { id: recipe?.id ?? '', name: recipe?.id ?? '', yaml: recipe?.yaml ?? '' }
  const imported = useImported()
  return imported && id === undefined ? (
    <Workplace recipes={recipes} chosen={undefined} start={originOfImport(imported)} imported={imported} />
  ) : (
    <Workplace recipes={recipes} chosen={recipe?.id} start={origin} />
  )
}

/** A clone: the settings of another run, and where the address names a step, its checkpoint as the model. */
function FromRun({ recipes, id }: { recipes: Recipes; id: string }) {
  const [step] = useAddressState('step')
  const run = useCall('runs.get', { id }, { staleTimeMs: Infinity })
  return (
    <Await query={run} what={t('the run')}>
      {({ config, checkpoints }) => {
        const checkpoint = checkpoints.find((one) => String(one.step) === step)
        return <Workplace recipes={recipes} chosen={undefined} start={originOfRun(id, config, checkpoint)} />
      }}
    </Await>
  )
}

function originOfImport({ name, result: { yaml } }: Imported): Origin {
  return { id: `import ${name} ${yaml}`, name: name === '' ? t('the imported text') : name, yaml }
}

interface WorkplaceProps {
  readonly recipes: Recipes
  /** Id of the recipe it began with. */
  readonly chosen: string | undefined
  readonly start: Origin
  readonly imported?: Imported
}

function Workplace({ recipes, chosen, start, imported }: WorkplaceProps) {
  const [importing, setImporting] = useState(false)
  const actions = useMemo<readonly Action[]>(
    () => [
      {
        id: 'new.import',
        label: t('Import a script or config'),
        shortcut: '$mod+i',
        section: t('New run'),
        enabled: true,
        run: () => setImporting(true),
      },
    ],
    [],
  )
  usePageActions(actions)
  return (
    <>
      <div className="recipe-gallery">
        <RecipeGallery recipes={recipes} chosen={chosen} />
        <ImportPanel
          open={importing}
          onToggle={setImporting}
          onImport={(result, name) => {
            setImporting(false)
            keepImported({ result, name, reported: true })
            navigate(links.newRun())
          }}
        />
      </div>
      {imported?.reported && (
        <ImportReport {...imported} onClose={() => keepImported({ ...imported, reported: false })} />
      )}
      <Editor key={start.id} origin={start} />
    </>
  )
}
