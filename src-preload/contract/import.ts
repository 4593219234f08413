import { z } from 'zod'
import type { RunConfigInput } from './config.ts'

/** Most characters of a script or config that is imported. */
const importLimit = 1_000_000

export const importInput = z.strictObject({
  text: z.string().max(importLimit, 'A file of more than a megabyte is no launch script and no config.'),
  /** Name of the file, for the run's name and for messages. */
  name: z.string().max(500).default(''),
})

/**
 * What became of a setting of the source: taken over as it is, taken over with a difference, of no effect here, or not taken
 * over at all.
 */
export const importOutcomes = ['exact', 'approximate', 'idle', 'lost'] as const
export type ImportOutcome = (typeof importOutcomes)[number]

export interface ImportedSetting {
  /** Dotted path in the run config. */
  readonly path: string
  readonly value: unknown
}

/** A setting of the source and what it became. */
export interface ImportedKey {
  readonly key: string
  /** The value as written. */
  readonly text: string
  /** Line of the source, from 1; null when not known. */
  readonly line: number | null
  readonly outcome: ImportOutcome
  readonly settings: readonly ImportedSetting[]
  /** Why it is not taken over exactly, in sentences; empty when it is. */
  readonly reasons: readonly string[]
}

/** A setting that the source does not make, and whose default holds. */
export interface ImportedDefault extends ImportedSetting {
  readonly origin: ImportDialect | 'quiver'
}

export const importDialects = { verl: 'verl', trl: 'TRL', quiver: 'Quiver' } as const
export type ImportDialect = keyof typeof importDialects

export interface ImportResult {
  readonly dialect: ImportDialect
  /** How it was written. */
  readonly form: 'shell' | 'yaml' | 'json' | 'python'
  readonly config: RunConfigInput
  /** The same as the text of a recipe's config. */
  readonly yaml: string
  readonly keys: readonly ImportedKey[]
  readonly defaults: readonly ImportedDefault[]
  /** What has to be known about the whole, in sentences. */
  readonly notes: readonly string[]
}

/** "41 settings of verl: 30 taken over, 4 with a difference, 5 of no effect here, 2 not taken over." */
export function importSentence({ keys, dialect }: ImportResult): string {
  const count = (outcome: ImportOutcome): number => keys.filter((key) => key.outcome === outcome).length
  const parts = [
    `${count('exact')} taken over`,
    `${count('approximate')} with a difference`,
    `${count('idle')} of no effect here`,
    `${count('lost')} not taken over`,
  ]
  return `${keys.length} settings of ${importDialects[dialect]}: ${parts.join(', ')}.`
}
