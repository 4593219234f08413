import { stringify } from 'yaml'
import { type RunConfig, runConfigSchema } from '../../../src-preload/contract/config.ts'
import type { CheckpointInfo } from '../../../src-preload/contract/run.ts'

/** Where a new run's settings began: a recipe, another run, or a file of another trainer. */
export interface Origin {
  readonly id: string
  readonly name: string
  readonly yaml: string
}

/** A run's config as its author would write it: what has the schema's default is left out. */
export function writtenConfig(config: RunConfig): Record<string, unknown> {
  const { name } = config.method
  const { kind } = config.verifier
  const defaults = runConfigSchema.parse({
    method: { name },
    verifier: { kind },
    ...(config.lora ? { lora: {} } : {}),
  })
  const written = (prune(config, defaults) ?? {}) as Record<string, object | undefined>
  return {
    name: config.name,
    ...written,
    verifier: { kind, ...written.verifier },
    method: { name, ...written.method },
    ...(config.lora ? { lora: { ...written.lora } } : {}),
  }
}

/** The parts of a value that differ from another; undefined where none does. */
function prune(value: unknown, other: unknown): unknown {
  const isMap = (one: unknown): one is Record<string, unknown> =>
    one !== null && typeof one === 'object' && !Array.isArray(one)
  if (!isMap(value) || !isMap(other)) return JSON.stringify(value) === JSON.stringify(other) ? undefined : value
  const parts = Object.entries(value)
    .map(([key, inner]) => [key, prune(inner, other[key])] as const)
    .filter(([, inner]) => inner !== undefined)
  return parts.length === 0 ? undefined : Object.fromEntries(parts)
}

/** A run as the origin of the next one, under a name of its own; with a checkpoint, that is the model it begins with. */
export function originOfRun(id: string, config: RunConfig, checkpoint?: CheckpointInfo): Origin {
  const ending = checkpoint ? `-from-${checkpoint.step}` : '-copy'
  const copy = {
    ...config,
    name: `${config.name.slice(0, 120 - ending.length)}${ending}`,
    ...(checkpoint ? { model: checkpoint.folder } : {}),
  }
  return { id: `run ${id}${ending}`, name: config.name, yaml: stringify(writtenConfig(copy)) }
}
