import { stringify } from 'yaml'
import { type RunConfigInput, runConfigSchema } from '../../../src-preload/contract/config.ts'
import type {
  ImportDialect,
  ImportedDefault,
  ImportedKey,
  ImportedSetting,
  ImportOutcome,
  ImportResult,
} from '../../../src-preload/contract/import.ts'
import { type Entry, type Source, valueText } from './entries.ts'

type Config = Record<string, unknown>

/** What is known of the data beside the source. */
export interface ImportFacts {
  /** Problems of the training data; null when they cannot be counted here. */
  readonly rows: number | null
}

interface Outcome {
  readonly outcome: ImportOutcome
  readonly settings: readonly ImportedSetting[]
  readonly reasons: readonly string[]
}

/** Settings whose default is never what a source meant: it is said where they keep it. */
const mustBeNamed = ['model', 'data.train']

const rank: readonly ImportOutcome[] = ['exact', 'approximate', 'idle', 'lost']

/** A run config that grows out of the settings of a source, with a record of what each of them became. */
export class Draft {
  readonly dialect: ImportDialect
  readonly facts: ImportFacts
  readonly #entries: ReadonlyMap<string, Entry>
  readonly #names: ReadonlyMap<string, string>
  readonly #outcomes = new Map<string, Outcome>()
  readonly #config: Config = {}
  readonly #defaults: ImportedDefault[] = []
  readonly #notes: string[]

  /** `canonical` gives the name by which a table knows a key. Of two keys with one name the later one counts. */
  constructor(dialect: ImportDialect, source: Source, facts: ImportFacts, canonical: (key: string) => string) {
    this.dialect = dialect
    this.facts = facts
    this.#notes = [...source.notes]
    this.#entries = new Map(source.entries.map((entry) => [canonical(entry.key), entry]))
    this.#names = new Map(source.entries.map((entry) => [entry.key, canonical(entry.key)]))
  }

  /** Canonical names of the source's settings, in its order. */
  keys(): readonly string[] {
    return [...this.#entries.keys()]
  }

  has(key: string): boolean {
    return this.#entries.has(key)
  }

  /** Why the value of a key is not known; empty when it is. */
  openReason(key: string): string {
    return this.#entries.get(key)?.open ?? ''
  }

  note(sentence: string): void {
    this.#notes.push(sentence)
  }

  /** The value of a key as `read` takes it, or the fallback: where it is absent, not known, or of the kind that is not `wanted`. */
  value<Value>(key: string, read: (value: unknown) => Value | undefined, fallback: Value, wanted: string): Value {
    const entry = this.#entries.get(key)
    if (!entry || entry.open) return fallback
    const value = read(entry.value)
    if (value === undefined) this.lose(key, wanted)
    return value ?? fallback
  }

  number(key: string, fallback: number): number {
    return this.value(key, numberOf, fallback, 'It must be a number.')
  }

  flag(key: string, fallback: boolean): boolean {
    return this.value(key, booleanOf, fallback, 'It must be true or false.')
  }

  text(key: string, fallback: string): string {
    return this.value(key, textOf, fallback, 'It must be text.')
  }

  raw(key: string): unknown {
    const entry = this.#entries.get(key)
    return entry?.open ? undefined : entry?.value
  }

  /** What stands in the source even where it is open, the first of a list: a path that begins with an unknown `$HOME` is of use. */
  openText(key: string): string | undefined {
    const value = this.#entries.get(key)?.value
    const first: unknown = Array.isArray(value) ? value[0] : value
    return typeof first === 'string' ? first : undefined
  }

  /** Makes a setting out of these keys; where the source has none of them it is the dialect's default. */
  set(path: string, value: unknown, keys: readonly string[], ...differences: readonly string[]): void {
    const reasons = differences.filter((difference) => difference !== '')
    for (const key of keys) if (this.openReason(key) !== '') this.lose(key, this.openReason(key))
    const present = keys.filter((key) => this.has(key) && this.#outcomes.get(key)?.outcome !== 'lost')
    if (present.length === 0) {
      for (const reason of reasons) this.note(reason)
      this.#defaults.push({ path, value, origin: this.dialect })
    }
    put(this.#config, path.split('.'), value)
    for (const key of present)
      this.#add(key, {
        outcome: reasons.length === 0 ? 'exact' : 'approximate',
        settings: [{ path, value }],
        reasons,
      })
  }

  /** Makes a setting of a text that holds something unknown, to be corrected by hand. */
  keep(key: string, path: string, value: unknown): void {
    const open = this.openReason(key)
    put(this.#config, path.split('.'), value)
    this.#outcomes.set(key, {
      outcome: 'approximate',
      settings: [{ path, value }],
      reasons: [open, 'Correct it.'].filter((reason) => reason !== ''),
    })
  }

  /** The key changes nothing in Quiver. */
  idle(key: string, reason: string): void {
    if (this.has(key)) this.#add(key, { outcome: 'idle', settings: [], reasons: [reason] })
  }

  /** The key is not taken over. */
  lose(key: string, reason: string): void {
    if (this.has(key)) this.#outcomes.set(key, { outcome: 'lost', settings: [], reasons: [reason] })
  }

  /** Says of a key that is taken over in which way it is not the same. */
  differ(key: string, reason: string): void {
    if (this.has(key)) this.#add(key, { outcome: 'approximate', settings: [], reasons: [reason] })
  }

  isSettled(key: string): boolean {
    return this.#outcomes.has(key)
  }

  #add(key: string, added: Outcome): void {
    const before = this.#outcomes.get(key) ?? { outcome: 'exact', settings: [], reasons: [] }
    const worse = rank.indexOf(added.outcome) > rank.indexOf(before.outcome) ? added.outcome : before.outcome
    this.#outcomes.set(key, {
      outcome: worse,
      settings: [...before.settings, ...added.settings],
      reasons: [...new Set([...before.reasons, ...added.reasons])],
    })
  }

  /** The config with the record. What the schema refuses is taken out again and said to be lost. */
  finish(form: ImportResult['form'], source: Source): ImportResult {
    this.#takeOutRefused()
    const config = inSchemaOrder(this.#config) as RunConfigInput
    const keys = source.entries.map((entry) => this.#record(entry))
    const own = leaves(runConfigSchema.parse(config))
      .filter(({ path }) => valueAt(config, path) === undefined)
      .map((setting): ImportedDefault => ({ ...setting, origin: 'quiver' }))
    for (const { path, value } of own)
      if (mustBeNamed.includes(path))
        this.note(`The source gives no ${path} that is known here, so it is ${value}, Quiver’s default; set it.`)
    const defaults = [...this.#defaults.filter(({ path }) => valueAt(config, path) !== undefined), ...own]
    return { dialect: this.dialect, form, config, yaml: stringify(config), keys, defaults, notes: this.#notes }
  }

  #record(entry: Entry): ImportedKey {
    const { key, text, line } = entry
    const canonical = this.#names.get(key) ?? key
    const base = { key, text, line }
    if (this.#entries.get(canonical) !== entry)
      return { ...base, outcome: 'idle', settings: [], reasons: ['The same setting is made again further on.'] }
    const unknown: Outcome = { outcome: 'lost', settings: [], reasons: ['Quiver does not know this key.'] }
    return { ...base, ...(this.#outcomes.get(canonical) ?? unknown) }
  }

  #takeOutRefused(): void {
    const parsed = runConfigSchema.safeParse(this.#config)
    for (const issue of parsed.error?.issues ?? []) {
      const path = issue.path.map(String)
      const dotted = path.join('.')
      takeOut(this.#config, path)
      for (const [key, outcome] of this.#outcomes)
        if (outcome.settings.some((setting) => setting.path === dotted || dotted.startsWith(`${setting.path}.`)))
          this.lose(
            key,
            `Quiver cannot take ${valueText(outcome.settings[0]!.value)} for ${dotted}: ${issue.message.replace(/\.$/, '')}.`,
          )
    }
  }
}

/** The order in which the form has the settings; the name of a method first. */
function inSchemaOrder(config: Config): Config {
  const method = config.method as Config | undefined
  const named: Config = method ? { ...config, method: { name: method.name, ...method } } : config
  return Object.fromEntries(
    Object.keys(runConfigSchema.shape).flatMap((key) => (key in named ? [[key, named[key]]] : [])),
  )
}

const numberOf = (value: unknown): number | undefined => {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

const booleanOf = (value: unknown): boolean | undefined =>
  typeof value === 'boolean' ? value : value === 1 || value === 0 ? value === 1 : undefined

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined

function put(target: Config, [key, ...rest]: readonly string[], value: unknown): void {
  if (key === undefined) return
  if (rest.length === 0) target[key] = value
  else {
    if (typeof target[key] !== 'object' || target[key] === null) target[key] = {}
    put(target[key] as Config, rest, value)
  }
}

function takeOut(target: Config, [key, ...rest]: readonly string[]): void {
  if (key === undefined || !(key in target)) return
  const inner = target[key]
  if (rest.length === 0 || typeof inner !== 'object' || inner === null || Array.isArray(inner)) delete target[key]
  else takeOut(inner as Config, rest)
}

function leaves(value: unknown, prefix = ''): ImportedSetting[] {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return [{ path: prefix, value }]
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, prefix === '' ? key : `${prefix}.${key}`))
}

function valueAt(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((inner, key) => (inner as Record<string, unknown> | null | undefined)?.[key], value)
}
