import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { type RunConfig, recipeSchema, runConfigSchema } from '../../src-preload/contract/config.ts'
import { configIssues } from '../../src-preload/contract/config-issues.ts'
import { UserError } from '../util/assert.ts'
import { resourcesFolder } from '../util/resources.ts'

/**
 * Reads a run config from a YAML or JSON file: a recipe (`title`, `description`, `source`, `config`) or a bare config.
 * A name without a path means a shipped recipe. `settings` are `a.b=value` pairs laid over it, values in YAML.
 * @throws UserError with one line per complaint.
 */
export async function readRecipe(reference: string, settings: readonly string[]): Promise<RunConfig> {
  const path = recipePath(reference)
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new UserError(
      `The recipe ${path} cannot be read (${error.message}). Give a YAML file, or the name of a shipped recipe.`,
    )
  })
  const content = parseYaml(text, path)
  const config = settings.reduce(withSetting, isRecord(content) && isRecord(content.config) ? content.config : content)
  const schema = isRecord(content) && isRecord(content.config) ? recipeSchema : undefined
  const around = { ...(content as object), config: {} }
  const header = schema?.safeParse(around)
  if (header && !header.success) throw new UserError(complaints(path, configIssues(header.error, around)))
  const parsed = runConfigSchema.safeParse(config ?? {})
  if (!parsed.success) throw new UserError(complaints(path, configIssues(parsed.error, config ?? {})))
  return parsed.data
}

function recipePath(reference: string): string {
  const shipped = join(resourcesFolder, 'recipes', `${reference}.yaml`)
  return !existsSync(reference) && existsSync(shipped) ? shipped : reference
}

function parseYaml(text: string, path: string): unknown {
  try {
    return parse(text)
  } catch (error) {
    throw new UserError(`${path} is not valid YAML: ${error instanceof Error ? error.message : error}`)
  }
}

const complaints = (path: string, issues: ReturnType<typeof configIssues>): string =>
  [`${path} cannot be used:`, ...issues.map((issue) => `  ${issue.path || 'the config'}: ${issue.message}`)].join('\n')

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A copy of `config` with the value of `a.b=value` in place. */
function withSetting(config: unknown, setting: string): unknown {
  const equals = setting.indexOf('=')
  if (equals < 1)
    throw new UserError(`--set takes a.b=value, got "${setting}". Example: --set optimizer.learning_rate=1e-4`)
  return put(config, setting.slice(0, equals).split('.'), parseYaml(setting.slice(equals + 1), `--set ${setting}`))
}

function put(target: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value
  const record = isRecord(target) ? target : {}
  return { ...record, [key]: put(record[key], rest, value) }
}
