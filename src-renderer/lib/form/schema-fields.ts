import { z } from 'zod'
import { msg, t } from '../i18n/translate.ts'

export type FieldKind =
  | 'text'
  | 'number'
  | 'integer'
  | 'boolean'
  | 'choice'
  | 'text-list'
  | 'integer-list'
  | 'structure'

/** One input of a form, as its schema describes it. */
export interface Field {
  readonly type: 'field'
  /** Dotted path in the config. */
  readonly path: string
  readonly kind: FieldKind
  readonly description: string
  readonly default: unknown
  /** Whether empty is a value of its own (null). */
  readonly nullable: boolean
  readonly unit?: string
  readonly source?: string
  readonly choices?: readonly string[]
  /** In words: `at least 1`, `above 0, at most 10`. */
  readonly range?: string
}

/** A choice between shapes, by one key. */
export interface Variants {
  readonly type: 'variants'
  readonly path: string
  readonly title: string
  /** The key that says which shape it is. */
  readonly key: string
  readonly default: string
  readonly options: readonly Variant[]
}

export interface Variant {
  readonly value: string
  readonly title: string
  readonly description: string
  readonly source?: string
  readonly fields: readonly Field[]
}

/** Settings that are there together or not at all: null is off. */
export interface OptionalGroup {
  readonly type: 'optional'
  readonly path: string
  readonly title: string
  readonly description: string
  readonly fields: readonly Field[]
}

export interface Section {
  readonly id: string
  readonly title: string
  readonly parts: readonly (Field | Variants | OptionalGroup)[]
}

/** The part of JSON Schema (2020-12, as zod writes it) that configs use. */
interface JsonSchema {
  readonly type?: string | readonly string[]
  readonly title?: string
  readonly description?: string
  readonly unit?: string
  readonly source?: string
  readonly default?: unknown
  readonly const?: unknown
  readonly enum?: readonly string[]
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly items?: JsonSchema
  readonly oneOf?: readonly JsonSchema[]
  readonly anyOf?: readonly JsonSchema[]
}

/**
 * Reads a form out of an object schema: its plain fields make the first section, each object, optional object or union in it
 * one more. Throws when the schema holds a kind of field that a form has no input for.
 */
export function schemaSections(schema: z.ZodType): Section[] {
  const json = z.toJSONSchema(schema, { io: 'input' }) as JsonSchema
  const first: Field[] = []
  const sections: Section[] = []
  for (const [key, property] of Object.entries(json.properties ?? {})) {
    const title = property.title ?? key
    const optional = property.anyOf?.find((option) => option.properties)
    if (optional) sections.push(optionalSection(key, optional))
    else if (property.oneOf) sections.push({ id: key, title, parts: [variantsOf(key, property)] })
    else if (property.properties) sections.push({ id: key, title, parts: fieldsOf(key, property) })
    else first.push(fieldOf(key, property))
  }
  return [{ id: 'run', title: json.title ?? msg('General'), parts: first }, ...sections]
}

function fieldsOf(prefix: string, schema: JsonSchema): Field[] {
  return Object.entries(schema.properties ?? {})
    .filter(([, property]) => property.const === undefined)
    .map(([key, property]) => fieldOf(`${prefix}.${key}`, property))
}

function optionalSection(path: string, schema: JsonSchema): Section {
  const title = schema.title ?? path
  const description = schema.description ?? ''
  return { id: path, title, parts: [{ type: 'optional', path, title, description, fields: fieldsOf(path, schema) }] }
}

function variantsOf(path: string, schema: JsonSchema): Variants {
  const shapes = schema.oneOf ?? []
  const key = Object.entries(shapes[0]?.properties ?? {}).find(([, property]) => property.const !== undefined)?.[0]
  if (!key) throw new Error(`A form needs a discriminated union at "${path}", got one without a constant key.`)
  const options = shapes.map((shape): Variant => {
    const value = String(shape.properties?.[key]?.const)
    return {
      value,
      title: shape.title ?? value,
      description: shape.description ?? '',
      ...(shape.source ? { source: shape.source } : {}),
      fields: fieldsOf(path, shape),
    }
  })
  const preset = (schema.default as Record<string, unknown> | undefined)?.[key]
  return { type: 'variants', path, title: schema.title ?? path, key, options, default: String(preset) }
}

function fieldOf(path: string, schema: JsonSchema): Field {
  const { inner, nullable } = withoutNull(schema)
  const range = rangeWords(inner)
  return {
    type: 'field',
    path,
    kind: kindOf(path, inner),
    description: schema.description ?? '',
    default: schema.default,
    nullable,
    ...(schema.unit ? { unit: schema.unit } : {}),
    ...(schema.source ? { source: schema.source } : {}),
    ...(inner.enum ? { choices: inner.enum } : {}),
    ...(range === '' ? {} : { range }),
  }
}

/** The schema of the values besides null; zod writes null as one more type or as one more option. */
function withoutNull(schema: JsonSchema): { inner: JsonSchema; nullable: boolean } {
  if (Array.isArray(schema.type)) {
    const types = schema.type.filter((type) => type !== 'null')
    return {
      inner: { ...schema, type: types.length === 1 ? types[0]! : types },
      nullable: schema.type.includes('null'),
    }
  }
  const inner = schema.anyOf?.find((option) => option.type !== 'null')
  return { inner: inner ?? schema, nullable: schema.anyOf?.some((option) => option.type === 'null') ?? false }
}

function kindOf(path: string, schema: JsonSchema): FieldKind {
  if (schema.enum) return 'choice'
  if (schema.type === 'string') return 'text'
  if (schema.type === 'number' || schema.type === 'integer' || schema.type === 'boolean') return schema.type
  if (schema.type === 'array' && schema.items?.type === 'string') return 'text-list'
  if (schema.type === 'array' && schema.items?.type === 'integer') return 'integer-list'
  if (schema.type === 'array' && schema.items?.type === 'object') return 'structure'
  throw new Error(`A form has no input for "${path}" of type "${schema.type}".`)
}

function rangeWords(schema: JsonSchema): string {
  const bounded = (value: number | undefined): value is number =>
    value !== undefined && Math.abs(value) < Number.MAX_SAFE_INTEGER
  const words: string[] = []
  if (bounded(schema.minimum)) words.push(t('at least {limit}', { limit: String(schema.minimum) }))
  if (bounded(schema.exclusiveMinimum)) words.push(t('above {limit}', { limit: String(schema.exclusiveMinimum) }))
  if (bounded(schema.maximum)) words.push(t('at most {limit}', { limit: String(schema.maximum) }))
  if (bounded(schema.exclusiveMaximum)) words.push(t('below {limit}', { limit: String(schema.exclusiveMaximum) }))
  return words.join(t(', '))
}
