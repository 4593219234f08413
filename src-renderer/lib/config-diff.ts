/** Leaves of a config by dotted path; lists are leaves. */
export function flattenConfig(config: unknown, prefix = ''): Map<string, string> {
  const leaves = new Map<string, string>()
  if (config === null || typeof config !== 'object' || Array.isArray(config)) {
    leaves.set(prefix, leafText(config))
    return leaves
  }
  for (const [key, value] of Object.entries(config))
    for (const [path, leaf] of flattenConfig(value, prefix === '' ? key : `${prefix}.${key}`)) leaves.set(path, leaf)
  return leaves
}

function leafText(leaf: unknown): string {
  if (!Array.isArray(leaf)) return String(leaf ?? 'none')
  return leaf.some((item) => typeof item === 'object') ? JSON.stringify(leaf) : `[${leaf.join(', ')}]`
}

export interface ConfigDifference {
  readonly path: string
  /** One value per config, null where it has no such key. */
  readonly values: readonly (string | null)[]
}

/** The keys whose values are not the same in every config, in the order of first appearance. */
export function configDifferences(configs: readonly unknown[]): ConfigDifference[] {
  const flat = configs.map((config) => flattenConfig(config))
  const paths = new Set(flat.flatMap((leaves) => [...leaves.keys()]))
  return [...paths]
    .map((path) => ({ path, values: flat.map((leaves) => leaves.get(path) ?? null) }))
    .filter(({ values }) => new Set(values).size > 1)
}
