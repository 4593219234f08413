import type { CallOutput } from '../../src-preload/contract/api.ts'
import { runConfigSchema } from '../../src-preload/contract/config.ts'
import { metricInfo, metricNames } from '../../src-preload/contract/metrics.ts'
import type { RunSummary } from '../../src-preload/contract/run.ts'
import { type Field, schemaSections } from '../lib/form/schema-fields.ts'
import { helpTopics } from '../lib/help-topics.ts'
import { t } from '../lib/i18n/translate.ts'
import { links } from '../lib/links.ts'
import type { Action } from './actions.ts'
import { openRunActions } from './global-actions.ts'

interface Known {
  readonly runs: readonly RunSummary[]
  readonly recipes: CallOutput<'recipes.list'>
  /** The run on screen, or the newest; metrics are shown of it. */
  readonly runId: string | undefined
  readonly go: (address: string) => void
}

/** What the palette leads to by name, beside the actions: runs, recipes, curves of the run, pages of the help, settings of a run. */
export function things({ runs, recipes, runId, go }: Known): Action[] {
  const thing = (id: string, section: string, label: string, address: string): Action => ({
    ...{ id, section, label, enabled: true },
    run: () => go(address),
  })
  const curve = (name: string): string => `${links.run(runId!)}?find=${encodeURIComponent(name)}`
  return [
    ...openRunActions(runs, go),
    ...recipes.map(({ id, title }) => thing(`recipe.${id}`, t('Recipe'), t(title), links.newRun(id))),
    ...(runId === undefined
      ? []
      : metricNames.map((name) =>
          thing(`metric.${name}`, t('Curve'), `${t(metricInfo(name).label)} · ${name}`, curve(name)),
        )),
    ...helpTopics.map(({ id, title }) => thing(`help.${id}`, t('Help'), t(title), links.help(id))),
    ...settingPaths().map((path) => thing(`setting.${path}`, t('Setting'), path, `${links.newRun()}?field=${path}`)),
  ]
}

/** Settings that the form of a new run always shows. */
function settingPaths(): string[] {
  const parts = schemaSections(runConfigSchema).flatMap((section) => section.parts)
  return parts.filter((part): part is Field => part.type === 'field').map(({ path }) => path)
}
