import { z } from 'zod'
import { devices } from '../../src-main/engine/executors/map.ts'
import { listRecipes } from '../../src-main/services/recipes.ts'
import { type AlarmRuleName, alarmRuleOf, alarmRules } from '../../src-preload/contract/alarms.ts'
import { runConfigSchema } from '../../src-preload/contract/config.ts'
import { dataTexts } from '../../src-preload/contract/data-facts.ts'
import { estimateTexts } from '../../src-preload/contract/estimate.ts'
import { metricGroups, metricInfo, metricNames } from '../../src-preload/contract/metrics.ts'
import { memoryParts, memoryTexts } from '../../src-preload/contract/preflight.ts'
import { warningTexts } from '../../src-preload/contract/warnings.ts'
import { shortLabel } from '../../src-renderer/chart/panels.ts'
import { sentencesOf } from '../../src-renderer/lib/i18n/translate.ts'
import { sourceNote } from '../../src-renderer/lib/recipe-source.ts'

/** Words of metrics: labels long and short, units, meanings, and the themes they are sorted by. */
export function metricTexts(): string[] {
  const infos = metricNames.map(metricInfo)
  const texts = [
    ...Object.values(metricGroups),
    ...infos.flatMap(({ label, unit, description }) => [label, unit, description]),
    ...metricNames.map(shortLabel),
  ]
  return unique(texts)
}

/** Words of a form made from a schema: titles, descriptions, units, and sources that are more than names. */
function schemaTexts(schema: z.ZodType): string[] {
  const texts: string[] = []
  const walk = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return
    for (const [key, value] of Object.entries(node)) {
      if (typeof value === 'string' && (formTexts.includes(key) || (key === 'source' && isSaid(value))))
        texts.push(value)
      else walk(value)
    }
  }
  walk(z.toJSONSchema(schema, { io: 'input' }))
  return unique(texts)
}

const formTexts = ['title', 'description', 'unit']

/** Whether a source says something: beside names of papers, programs and settings it has plain words. */
const isSaid = (source: string): boolean =>
  source
    .replaceAll(/\b(verl|TRL|FlexEC|SENT|Archer|80\/20) \w+\b(?=$|;)/g, (name) =>
      / (scripts|repository)$/.test(name) ? name : '',
    )
    .replaceAll(/[\w/.]*[_/.]\w+|et al\.|\b(drop|keep): /g, '')
    .split(/[^\p{L}]+/u)
    .some((word) => /^[a-z]{2,}$/.test(word) && !['arxiv', 'verl', 'rllm'].includes(word.toLowerCase()))

export const configTexts = (): string[] => schemaTexts(runConfigSchema)

/** Titles of the devices, and what each keeps in its memory. */
export const deviceTexts = (): string[] =>
  unique(Object.values(devices).flatMap(({ title, memory }) => [title, memory]))

/** Warnings of a config, and what the estimates before a run say. */
export const warningAndMemoryTexts = (): string[] =>
  unique([
    ...warningTexts,
    ...Object.values(memoryTexts),
    ...Object.values(estimateTexts),
    ...Object.values(dataTexts),
    ...Object.values(memoryParts).flatMap(({ label, description }) => [label, description]),
  ])

/** Titles and descriptions of the shipped recipes, and what their sources add; names of papers and models stay. */
export async function recipeTexts(): Promise<string[]> {
  const recipes = await listRecipes()
  return unique(
    recipes.flatMap(({ title, description, source }) =>
      [...[title, ...sentencesOf(description)], sourceNote(source) ?? []].flat(),
    ),
  )
}

/** Units and names that every language writes alike. */
const alike =
  /^(MiB|GiB|(pass|avg)@\w+|LoRA|Archer|(Dr\. )?GRPO|DAPO|SENT|OPEFO|FlexEC|(Clip|KL)-Cov|CE-GPPO|GSPO|CISPO|.*, (DeepSeek|Qwen).*)$/

const unique = (texts: readonly string[]): string[] =>
  [...new Set(texts)].filter((text) => /\p{L}{2,}/u.test(text) && !alike.test(text))

/** Titles and sentences of the watchdog's rules. */
export const alarmTexts = (): string[] =>
  (Object.keys(alarmRules) as AlarmRuleName[]).flatMap((rule) => [alarmRuleOf(rule).title, alarmRuleOf(rule).sentence])
