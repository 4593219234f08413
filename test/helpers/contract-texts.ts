import { z } from 'zod'
import { runConfigSchema } from '../../src-preload/contract/config.ts'
import { metricGroups, metricInfo, metricNames } from '../../src-preload/contract/metrics.ts'
import { shortLabel } from '../../src-renderer/chart/panels.ts'

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

/** Words of a form made from a schema: titles, descriptions and units. Sources are names of papers and stay. */
export function schemaTexts(schema: z.ZodType): string[] {
  const texts: string[] = []
  const walk = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return
    for (const [key, value] of Object.entries(node)) {
      if (['title', 'description', 'unit'].includes(key) && typeof value === 'string') texts.push(value)
      else walk(value)
    }
  }
  walk(z.toJSONSchema(schema, { io: 'input' }))
  return unique(texts)
}

export const configTexts = (): string[] => schemaTexts(runConfigSchema)

/** Units and names that every language writes alike. */
const alike = /^(MiB|GiB|(pass|avg)@\w+)$/

const unique = (texts: readonly string[]): string[] =>
  [...new Set(texts)].filter((text) => /\p{L}{2,}/u.test(text) && !alike.test(text))
