import { z } from 'zod'
import { closestName } from './closest-name.ts'
import { type ConfigIssue, runConfigSchema } from './config.ts'

/** Every complaint of the schema about a value as `{path, message}`; the message says what was expected. */
export function configIssues(error: z.ZodError, value: unknown): ConfigIssue[] {
  return error.issues.flatMap((issue): ConfigIssue[] => {
    const path = issue.path.join('.')
    if (issue.code !== 'unrecognized_keys') {
      const meant = closestChoice(issue, value)
      return [{ path, message: meant === null ? issue.message : `${issue.message}; did you mean "${meant}"?` }]
    }
    return issue.keys.map((key) => {
      const closest = closestSetting(path, key)
      const mend = closest === null ? 'remove it, or correct its name' : `did you mean "${closest}"?`
      return { path, message: `There is no setting "${key}" here; ${mend}` }
    })
  })
}

/**
 * The setting that a name which is not known under `path` (dotted; empty for the whole) was likely meant to be: the one of
 * that name in another group, by its whole path, else the one next to it under `path` or, by its whole path, elsewhere.
 */
export function closestSetting(path: string, key: string): string | null {
  known ??= readSettingNames()
  const here = known.get(path) ?? new Set()
  const elsewhere = new Map<string, string>()
  for (const [group, names] of known)
    if (group !== path) for (const name of names) if (!elsewhere.has(name)) elsewhere.set(name, joined(group, name))
  const same = here.has(key) ? undefined : elsewhere.get(key)
  // Short names elsewhere are next to anything.
  const long = [...elsewhere.keys()].filter((name) => name.length >= 4)
  return same ?? closestName(key, [...here]) ?? elsewhere.get(closestName(key, long) ?? '') ?? null
}

const joined = (group: string, name: string): string => (group === '' ? name : `${group}.${name}`)

/** The choice next to what was written where an issue is that it is none; null when none is near. */
export function closestChoice(issue: z.core.$ZodIssue, value: unknown): string | null {
  const written = issue.path.reduce<unknown>(
    (inner, key) => (inner as Partial<Record<PropertyKey, unknown>> | null | undefined)?.[key],
    value,
  )
  return typeof written === 'string' ? closestName(written, choicesOf(issue)) : null
}

function choicesOf(issue: z.core.$ZodIssue): string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String)
  return issue.code === 'invalid_union' && 'options' in issue && Array.isArray(issue.options)
    ? issue.options.map(String)
    : []
}

/** The part of JSON Schema that names settings. */
interface Shape {
  readonly properties?: Readonly<Record<string, Shape>>
  readonly oneOf?: readonly Shape[]
  readonly anyOf?: readonly Shape[]
}

type SettingNames = ReadonlyMap<string, ReadonlySet<string>>

let known: SettingNames | null = null

/** The names of the settings under each dotted path, over all shapes that may stand there. */
function readSettingNames(): SettingNames {
  const names = new Map<string, Set<string>>()
  const collect = (path: string, { properties = {}, oneOf = [], anyOf = [] }: Shape): void => {
    for (const shape of [...oneOf, ...anyOf]) collect(path, shape)
    for (const [key, shape] of Object.entries(properties)) {
      names.set(path, (names.get(path) ?? new Set()).add(key))
      collect(joined(path, key), shape)
    }
  }
  collect('', z.toJSONSchema(runConfigSchema, { io: 'input' }) as Shape)
  return names
}
