import { useMemo, useState } from 'react'
import type { CallOutput } from '../../../src-preload/contract/api.ts'
import type { ImportResult } from '../../../src-preload/contract/import.ts'
import type { Action } from '../../commands/actions.ts'
import { usePageActions } from '../../commands/registry.ts'
import { useAddressState } from '../../lib/hash-location.ts'
import { useCall } from '../../lib/queries.ts'
import { Await } from '../../ui/message.tsx'
import { Editor } from './editor.tsx'
import { ImportPanel } from './import-panel.tsx'
import { ImportReport } from './import-report.tsx'
import { type Origin, originOfRun } from './origin.ts'
import { RecipeGallery } from './recipe-gallery.tsx'
import './new-run.css'
import { t } from '../../lib/i18n/translate.ts'

/** A new run: begin with a recipe, another run or an imported file, change what you like in the form or the YAML, start. */
export function NewRunPage({ recipeId }: { recipeId: string | undefined }) {
  const [runId] = useAddressState('run')
  const recipes = useCall('recipes.list', {}, { staleTimeMs: Infinity })
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t('New run')}</h1>
        <span className="quiet">{t('Choose a recipe, change what you like, start.')}</span>
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
  return <Workplace recipes={recipes} chosen={recipe?.id} start={origin} />
}

/** A clone: the settings of another run. */
function FromRun({ recipes, id }: { recipes: Recipes; id: string }) {
  const run = useCall('runs.get', { id }, { staleTimeMs: Infinity })
  return (
    <Await query={run} what={t('the run')}>
      {({ config }) => <Workplace recipes={recipes} chosen={undefined} start={originOfRun(id, config)} />}
    </Await>
  )
}

interface Imported {
  readonly result: ImportResult
  readonly origin: Origin
}

function Workplace(props: { recipes: Recipes; chosen: string | undefined; start: Origin }) {
  const [imported, setImported] = useState<Imported | null>(null)
  const [importing, setImporting] = useState(false)
  const [reported, setReported] = useState(true)
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
  const take = (result: ImportResult, name: string): void => {
    setImported({ result, origin: { id: `import ${name} ${result.yaml}`, name, yaml: result.yaml } })
    setReported(true)
    setImporting(false)
  }
  const origin = imported?.origin ?? props.start
  return (
    <>
      <div className="recipe-gallery">
        <RecipeGallery recipes={props.recipes} chosen={imported ? undefined : props.chosen} />
        <ImportPanel open={importing} onToggle={setImporting} onImport={take} />
      </div>
      {imported && reported && (
        <ImportReport result={imported.result} name={origin.name} onClose={() => setReported(false)} />
      )}
      <Editor key={origin.id} origin={origin} />
    </>
  )
}
