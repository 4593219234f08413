import { z } from 'zod'
import { closestName } from './closest-name.ts'
import { type ConfigIssue, runConfigSchema } from './config.ts'

/** Every complaint of the schema as `{path, message}`; the message says what was expected. */
export function configIssues(error: z.ZodError): ConfigIssue[] {
  return error.issues.flatMap((issue): ConfigIssue[] => {
    const path = issue.path.join('.')
    if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }]
    return issue.keys.map((key) => {
      const closest = closestSetting(path, key)
      const mend = closest === null ? 'remove it, or correct its name' : `did you mean "${closest}"?`
      return { path, message: `There is no setting "${key}" here; ${mend}` }
    })
  })
}

/** The setting under `path` (dotted; empty for the whole) whose name is next to a mistyped one; null when none is near. */
export function closestSetting(path: string, key: string): string | null {
  known ??= readSettingNames()
  return closestName(key, [...(known.get(path) ?? [])])
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
      collect(path === '' ? key : `${path}.${key}`, shape)
    }
  }
  collect('', z.toJSONSchema(runConfigSchema, { io: 'input' }) as Shape)
  return names
}
